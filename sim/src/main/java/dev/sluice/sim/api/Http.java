package dev.sluice.sim.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API server's face: what a client asks by HTTP, and what it is told. */
public final class Http {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Plurals of what is served, by their kinds. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("deployments", "Deployment"),
          Map.entry("replicasets", "ReplicaSet"),
          Map.entry("pods", "Pod"),
          Map.entry("services", "Service"),
          Map.entry("poddisruptionbudgets", "PodDisruptionBudget"),
          Map.entry("httproutes", "HTTPRoute"),
          Map.entry("configmaps", "ConfigMap"),
          Map.entry("releasepolicies", "ReleasePolicy"),
          Map.entry("releases", "Release"),
          Map.entry("releasecommands", "ReleaseCommand"));

  /** Kinds of a group that a client asks for before it watches them. */
  private static final Map<String, List<String>> GROUPS =
      Map.of(
          "gateway.networking.k8s.io/v1", List.of("HTTPRoute"),
          "admissionregistration.k8s.io/v1", List.of("MutatingAdmissionPolicy"));

  private final ApiServer server;
  private final Caller caller;

  public Http(ApiServer server, Caller caller) {
    this.server = server;
    this.caller = caller;
  }

  /**
   * @param body JSON; empty where there is none
   */
  public record Answer(int status, String body) {}

  private record Path(
      String kind, String namespace, Optional<String> name, Optional<String> part, String query) {
    Key key() {
      return new Key(kind, namespace, name.orElseThrow());
    }
  }

  /**
   * One request.
   *
   * @param body empty where there is none
   */
  public Answer answer(String method, URI uri, Optional<String> body) {
    try {
      Optional<String> group = group(uri);
      if (group.isPresent()) {
        return new Answer(200, discovery(group.get()));
      }
      Path path = path(uri);
      JsonNode sent = body.isPresent() ? JSON.readTree(body.get()) : JSON.createObjectNode();
      return switch (method) {
        case "GET" -> path.name().isPresent() ? new Answer(200, text(path.key())) : listed(path);
        case "POST" -> {
          HasMetadata made = server.create(caller, object(path, sent, null));
          yield new Answer(201, text(Key.of(made)));
        }
        case "PUT" -> {
          HasMetadata next = object(path, sent, path.key());
          HasMetadata done =
              path.part().isPresent()
                  ? server.updateStatus(caller, next)
                  : server.update(caller, next);
          yield new Answer(
              200, JSON.writeValueAsString(server.json().convertValue(done, ObjectNode.class)));
        }
        case "PATCH" -> {
          boolean kept = !path.query().contains("dryRun=All");
          HasMetadata done = server.merge(caller, path.key(), sent, path.part().isPresent(), kept);
          yield new Answer(
              200, JSON.writeValueAsString(server.json().convertValue(done, ObjectNode.class)));
        }
        case "DELETE" -> {
          String version = sent.at("/preconditions/resourceVersion").asText("");
          server.delete(caller, path.key(), Optional.of(version).filter(v -> !v.isEmpty()));
          yield new Answer(
              200, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");
        }
        default -> throw new IllegalArgumentException(method + " " + uri);
      };
    } catch (ApiError e) {
      return failed(e.code(), String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What the server says when it will not. */
  public static Answer failed(int code, String message) {
    ObjectNode status = JSON.createObjectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.put("message", message).put("code", code);
    status.put("reason", code == 404 ? "NotFound" : code == 409 ? "Conflict" : "InternalError");
    return new Answer(code, status.toString());
  }

  private String text(Key key) throws ApiError, JsonProcessingException {
    return JSON.writeValueAsString(server.jsonOf(key));
  }

  private Answer listed(Path path) throws ApiError, JsonProcessingException {
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", path.kind() + "List").put("apiVersion", "v1");
    list.putObject("metadata").put("resourceVersion", String.valueOf(server.revision()));
    ArrayNode items = list.putArray("items");
    for (HasMetadata object : server.list(path.kind())) {
      if (selected(object, path.query())) {
        items.add(server.jsonOf(Key.of(object)));
      }
    }
    return new Answer(200, JSON.writeValueAsString(list));
  }

  /** Equality and absence are all that is asked for. */
  private static boolean selected(HasMetadata object, String query) {
    Map<String, String> labels =
        Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
    return Stream.of(query.split("&"))
        .filter(p -> p.startsWith("labelSelector="))
        .flatMap(p -> Stream.of(p.substring("labelSelector=".length()).split(",")))
        .allMatch(
            term ->
                term.startsWith("!")
                    ? !labels.containsKey(term.substring(1))
                    : term.substring(term.indexOf('=') + 1).equals(labels.get(term.split("=")[0])));
  }

  private HasMetadata object(Path path, JsonNode sent, @Nullable Key key) {
    Class<? extends HasMetadata> type = server.typeOf(path.kind());
    HasMetadata object = server.json().convertValue(sent, type);
    object.getMetadata().setNamespace(path.namespace());
    if (key != null) {
      object.getMetadata().setName(key.name());
    }
    return object;
  }

  private static String discovery(String group) {
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", group);
    ArrayNode all = list.putArray("resources");
    for (String kind : GROUPS.getOrDefault(group, List.of())) {
      all.addObject().put("kind", kind).put("name", kind.toLowerCase(Locale.ROOT) + "s");
    }
    return list.toString();
  }

  private static Optional<String> group(URI uri) {
    String[] words = uri.getPath().substring(1).split("/");
    return words[0].equals("apis") && words.length == 3
        ? Optional.of(words[1] + "/" + words[2])
        : Optional.empty();
  }

  /** {@code /api/v1/namespaces/NS/PLURAL/NAME/PART}, or below {@code /apis/GROUP/VERSION}. */
  private static Path path(URI uri) {
    List<String> words = List.of(uri.getPath().substring(1).split("/"));
    int from = words.indexOf("namespaces");
    if (from < 0 || words.size() < from + 3) {
      throw new IllegalArgumentException("Nothing in this world asks for " + uri);
    }
    String kind = KINDS.get(words.get(from + 2));
    if (kind == null) {
      throw new IllegalArgumentException("There is no kind for " + uri);
    }
    return new Path(
        kind,
        words.get(from + 1),
        words.size() > from + 3 ? Optional.of(words.get(from + 3)) : Optional.empty(),
        words.size() > from + 4 ? Optional.of(words.get(from + 4)) : Optional.empty(),
        Optional.ofNullable(uri.getQuery()).orElse(""));
  }
}
