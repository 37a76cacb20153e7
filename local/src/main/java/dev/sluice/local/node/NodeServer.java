package dev.sluice.local.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The node's door, on the loopback address, for those who know the token. */
final class NodeServer implements AutoCloseable {
  private static final String RELEASE = "release=";
  private static final int MOST_BYTES = 1 << 20;
  private final JsonMapper json = Wire.json();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final byte[] authorization;
  private final Node node;
  private final Fleet fleet;
  private final Crowd crowd;
  private final Runnable shutdown;

  /** What a request is answered with. */
  private record Answer(int status, Object body) {}

  NodeServer(Node node, Fleet fleet, Crowd crowd, String token, Runnable shutdown)
      throws IOException {
    this.node = node;
    this.fleet = fleet;
    this.crowd = crowd;
    this.shutdown = shutdown;
    this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] bytes =
          answer.body() instanceof String text
              ? text.getBytes(StandardCharsets.UTF_8)
              : json.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String given =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (!MessageDigest.isEqual(authorization, given.getBytes(StandardCharsets.UTF_8))) {
      return error(401, "The token is missing or wrong; it is in the lab's own folder.");
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return error(413, "A request has at most 1 MiB.");
    }
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    Optional<String> release =
        Optional.of(query)
            .filter(q -> q.startsWith(RELEASE))
            .map(q -> q.substring(RELEASE.length()));
    try {
      return answer(what, release, new String(body, StandardCharsets.UTF_8));
    } catch (BadRequest e) {
      return error(400, String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      return error(400, "The body is not what " + what + " takes: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      // To the node's own log: whoever asked is told in a sentence.
      e.printStackTrace();
      return error(500, "The node failed at " + what + ": " + e);
    }
  }

  private Answer answer(String what, Optional<String> release, String body)
      throws JsonProcessingException {
    return switch (what) {
      case "GET /world" -> new Answer(200, node.world(release));
      case "GET /evidence" -> new Answer(200, node.evidence());
      case "GET /accounts" -> new Answer(200, crowd.accounts());
      case "POST /writes" -> write(json.readValue(body, Write.class), release.orElse(""));
      case "POST /template" -> new Answer(200, Map.of("template", node.deploy(body)));
      case "POST /replicas" -> {
        node.scale(number(body, "replicas").asInt());
        yield done();
      }
      case "POST /load" -> {
        crowd.rate(number(body, "perSecond").asDouble());
        yield done();
      }
      case "POST /commands" -> command(json.readTree(body));
      case "POST /faults" -> fault(json.readTree(body));
      case "POST /shutdown" -> {
        Thread.ofPlatform().name("shutdown").start(shutdown);
        yield done();
      }
      default -> error(404, "There is no " + what + " here.");
    };
  }

  private Answer write(Write write, String release) {
    Outcome outcome = node.apply(write, release);
    return new Answer(outcome instanceof Outcome.Conflict ? 409 : 200, new Done(outcome));
  }

  private JsonNode number(String body, String name) throws JsonProcessingException {
    JsonNode value = json.readTree(body).path(name);
    if (!value.isNumber() || value.asDouble() < 0) {
      throw new BadRequest(
          "Send {\"%s\": N} with a number of at least 0, not %s.".formatted(name, body));
    }
    return value;
  }

  private Answer command(JsonNode given) throws JsonProcessingException {
    String id = UUID.randomUUID().toString();
    ObjectNode full = json.createObjectNode().put("id", id).put("at", Instant.now().toString());
    full.put("stage", given.path("stage").asText(null));
    for (String name : new String[] {"release", "action", "by", "reason"}) {
      full.put(name, given.path(name).asText(""));
    }
    full.putArray("groups").addAll((ArrayNode) given.withArray("groups"));
    node.command(json.treeToValue(full, Command.class));
    return new Answer(200, Map.of("id", id));
  }

  private Answer fault(JsonNode given) {
    if (!given.hasNonNull("kill")) {
      throw new BadRequest("Send {\"kill\": POD}.");
    }
    fleet.kill(given.get("kill").asText());
    return done();
  }

  private static Answer done() {
    return new Answer(200, Map.of());
  }

  private static Answer error(int status, String sentence) {
    return new Answer(status, Map.of("error", sentence));
  }

  @Override
  public void close() {
    // Whoever asked for the end still gets the answer.
    server.stop(1);
    threads.shutdownNow();
  }

  /** A box that keeps the outcome's case when it is written. */
  record Done(Outcome outcome) {}
}
