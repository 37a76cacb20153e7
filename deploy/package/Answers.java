import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.SavedJson;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whom Sluice asks when its ahead-of-time cache is made, so that what it needs to talk to a cluster is in it: something that
 * answers as an API server does, by TLS and HTTP/2, on which there are a few policies and a release. {@code java Answers.java
 * FOLDER} finds server.p12 (password: training) and ca.pem there, writes a kubeconfig beside them, and answers until it is stopped.
 */
final class Answers {
  private static final int POLICIES = 8;
  private static final String VERSION = "sluice.dev/v1alpha1";
  private static final Map<String, String> KINDS =
      Map.of("releasepolicies", "ReleasePolicy", "releases", "Release", "releasecommands", "ReleaseCommand");

  private static final String ONE = ".*/(releasepolicies|releases)/[^/]+";

  /** Of those, what is there. */
  private static final String THERE = ".*/(releasepolicies/web[0-9]|releases/web0-1)";

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    HttpServerOptions tls =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(new PfxOptions().setPath(folder.resolve("server.p12").toString()).setPassword("training"));
    Vertx.vertx()
        .createHttpServer(tls)
        .requestHandler(asked -> asked.body().onSuccess(body -> answer(asked, body)))
        .listen(0, "127.0.0.1")
        .onSuccess(server -> tell(folder, server.actualPort()))
        .onFailure(
            why -> {
              System.err.println(why);
              System.exit(1);
            });
  }

  private static void tell(Path folder, int port) {
    try {
      String authority = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("ca.pem")));
      Files.writeString(
          folder.resolve("part"),
          """
          apiVersion: v1
          kind: Config
          clusters: [{ name: training, cluster: { server: "https://127.0.0.1:%d", certificate-authority-data: %s } }]
          users: [{ name: training, user: { token: training } }]
          contexts: [{ name: training, context: { cluster: training, user: training, namespace: shop } }]
          current-context: training
          """
              .formatted(port, authority));
      Files.move(folder.resolve("part"), folder.resolve("kubeconfig"));
    } catch (Exception e) {
      System.err.println(e);
      System.exit(1);
    }
  }

  private static void answer(HttpServerRequest asked, Buffer body) {
    String path = asked.path();
    boolean written = !asked.method().equals(HttpMethod.GET);
    asked.response().putHeader("Content-Type", "application/json");
    if ("true".equals(asked.getParam("watch"))) {
      asked.response().setChunked(true).writeHead(); // nothing ever happens
      return;
    }
    if (!written && (path.contains("/leases/") || path.matches(ONE) && !path.matches(THERE))) {
      asked.response().setStatusCode(404);
      asked.response().end("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}");
      return;
    }
    asked.response().end(written ? body : said(path).toBuffer());
  }

  private static JsonObject said(String path) {
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.equals("/version")) {
      return new JsonObject().put("major", "1").put("minor", "37").put("gitVersion", "v1.37.0");
    }
    if (path.matches("/api/[^/]+|/apis/[^/]+/[^/]+")) {
      JsonArray kinds = new JsonArray();
      if (path.contains("sluice.dev")) {
        KINDS.forEach(
            (plural, kind) ->
                kinds.add(new JsonObject().put("name", plural).put("kind", kind).put("namespaced", true).put("verbs", new JsonArray())));
      }
      return new JsonObject().put("kind", "APIResourceList").put("groupVersion", path.substring(path.indexOf('/', 1) + 1)).put("resources", kinds);
    }
    if (path.matches(ONE)) {
      return path.contains("/releases/") ? release() : policy(last);
    }
    JsonArray items = new JsonArray();
    switch (last) {
      case "releasepolicies" -> IntStream.range(0, POLICIES).forEach(i -> items.add(policy("web" + i)));
      case "releases" -> items.add(release());
      default -> {}
    }
    return new JsonObject()
        .put("kind", KINDS.getOrDefault(last, "Any") + "List")
        .put("apiVersion", VERSION)
        .put("metadata", new JsonObject().put("resourceVersion", "1"))
        .put("items", items);
  }

  private static JsonObject policy(String name) {
    JsonObject policy =
        object("ReleasePolicy", name)
            .put(
                "spec",
                new JsonObject(
                    """
                    {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "NAME"}, "services": ["NAME"],
                     "route": {"gateway": {"httpRoutes": [{"name": "NAME"}]}}, "history": 20, "drain": "10s", "keepWarm": "1h",
                     "analysis": {"metrics": [{"preset": "errors"}, {"preset": "latency"}], "minimum": 30, "falseAlarm": "1%"},
                     "strategy": {"canary": {"stages": [{"name": "small", "weight": 5, "min": "10m"}, {"name": "half", "weight": 50}]}}}
                    """
                        .replace("NAME", name)));
    return policy.put(
        "status",
        new JsonObject()
            .put("observedGeneration", 1)
            .put("message", "One version serves, nothing is to be released.")
            .put("reason", "idle")
            .put("state", new JsonObject().put("saved", saved(policy.encode()))));
  }

  /** As an operator keeps it that has just begun. */
  private static String saved(String policy) {
    try {
      if (Manifest.read(policy) instanceof Parsed.Ok<Manifest>(Manifest read) && read.objects().getFirst() instanceof ReleasePolicy one) {
        Plan plan = Plan.of(Resolved.of(one, read, Spec.Route.FULL, new Problems()).spec());
        return SavedJson.text(SavedVerdict.nothingYet(one.metadata().name(), plan, Settings.defaults().tick()));
      }
      throw new IllegalStateException("Answers.java has a policy that cannot be read: " + Manifest.read(policy));
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject release() {
    return object("Release", "web0-1")
        .put("spec", new JsonObject().put("policy", "web0"))
        .put(
            "status",
            new JsonObject(
                """
                {"phase": "Succeeded", "condition": "Moving", "weight": "0%", "message": "It serves alone.", "decisions": [
                  {"at": "2026-01-01T00:00:00Z", "reason": "succeeded", "message": "It serves alone.", "phase": "Succeeded",
                   "weight": "0%", "odds": 1.0, "hurt": 0.0, "condition": "Moving"}]}
                """));
  }

  private static JsonObject object(String kind, String name) {
    return new JsonObject()
        .put("apiVersion", VERSION)
        .put("kind", kind)
        .put(
            "metadata",
            new JsonObject()
                .put("name", name)
                .put("namespace", "shop")
                .put("uid", name)
                .put("generation", 1)
                .put("resourceVersion", "1")
                .put("creationTimestamp", "2026-01-01T00:00:00Z")
                .put("labels", new JsonObject().put("sluice.dev/policy", name)));
  }
}
