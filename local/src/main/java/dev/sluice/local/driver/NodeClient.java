package dev.sluice.local.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.World;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.node.NodeAddress;
import dev.sluice.local.node.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Talks to a node. Every call has a deadline of 5 s, and throws an {@link IOException} whose
 * message is a sentence when the node does not answer or says no.
 */
public final class NodeClient {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private final JsonMapper json = Wire.json();
  private final HttpClient http;
  private final NodeAddress address;

  public NodeClient(NodeAddress address) {
    this.address = address;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
  }

  public NodeAddress address() {
    return address;
  }

  /**
   * The user changes the pod template; it is held in that same write.
   *
   * @return the template's fingerprint
   */
  public String deploy(JsonNode template) throws IOException {
    return post("/template", template.toString()).path("template").asText();
  }

  /** The user, or an autoscaler, changes the size. */
  public void scale(int replicas) throws IOException {
    post("/replicas", object(Map.of("replicas", replicas)));
  }

  /**
   * A person's act.
   *
   * @param release id of the release that it is meant for
   * @param stage for approve: the stage; empty: the one that waits
   * @param groups that whoever gives it says to be in
   * @return the command's id
   */
  public String command(
      String release,
      Command.Action action,
      Optional<String> stage,
      String by,
      Set<String> groups,
      String reason)
      throws IOException {
    Map<String, Object> given =
        Map.of("release", release, "action", action.name(), "by", by, "reason", reason);
    var body = json.createObjectNode();
    given.forEach((name, value) -> body.put(name, value.toString()));
    stage.ifPresent(s -> body.put("stage", s));
    groups.forEach(body.putArray("groups")::add);
    return post("/commands", body.toString()).path("id").asText();
  }

  /** A pod dies, as by a crash. */
  public void kill(String pod) throws IOException {
    post("/faults", object(Map.of("kill", pod)));
  }

  /**
   * @param perSecond requests/s that users send from now on
   */
  public void load(double perSecond) throws IOException {
    post("/load", object(Map.of("perSecond", perSecond)));
  }

  /** What the users say happened to them. */
  public Accounts accounts() throws IOException {
    return json.readValue(ok(get("/accounts")), Accounts.class);
  }

  /** What there is now; looking changes nothing. */
  public World world() throws IOException {
    return json.readValue(ok(get("/world")), World.class);
  }

  /** The node and all that it hosts end. */
  public void shutdown() throws IOException {
    post("/shutdown", "{}");
  }

  JsonMapper json() {
    return json;
  }

  HttpResponse<byte[]> get(String path) throws IOException {
    return send(request(path).GET().build());
  }

  HttpResponse<byte[]> send(String path, String body) throws IOException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  byte[] ok(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException("The lab's node says no: " + error(response));
    }
    return response.body();
  }

  String error(HttpResponse<byte[]> response) {
    try {
      String said = json.readTree(response.body()).path("error").asText();
      return said.isEmpty() ? "status " + response.statusCode() : said;
    } catch (IOException e) {
      return "status " + response.statusCode();
    }
  }

  static String of(String release) {
    return "?release=" + URLEncoder.encode(release, StandardCharsets.UTF_8);
  }

  private JsonNode post(String path, String body) throws IOException {
    return json.readTree(ok(send(path, body)));
  }

  private String object(Map<String, Object> members) throws IOException {
    return json.writeValueAsString(members);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.port() + path))
        .timeout(DEADLINE)
        .header("Authorization", "Bearer " + address.token());
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the lab's node was asked.", e);
    } catch (IOException e) {
      throw new IOException(
          "The lab's node (process %d, port %d) does not answer: %s. Is it running?"
              .formatted(address.pid(), address.port(), e),
          e);
    }
  }
}
