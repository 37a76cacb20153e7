package dev.sluice.operator.telemetry;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** {@code /livez}, {@code /readyz} and {@code /metrics}, for kubelets and Prometheus. */
public final class Pages implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final WebServer server;

  private Pages(WebServer server) {
    this.server = server;
  }

  /**
   * @param address port 0: a free one
   * @throws IOException if it cannot listen there
   */
  public static Pages listen(InetSocketAddress address, Telemetry telemetry) throws IOException {
    String where = "%s:%d".formatted(address.getHostString(), address.getPort());
    if (address.isUnresolved()) {
      throw new IOException(
          "Nobody can listen on %s: no host is known by that name.".formatted(where));
    }
    WebServer server =
        WebServer.builder()
            .address(address.getAddress())
            .port(address.getPort())
            .shutdownHook(false)
            .routing(routing -> route(routing, telemetry))
            .build()
            .start();
    // Where it cannot, it logs, and does not throw.
    if (!server.isRunning()) {
      throw new IOException("Nobody can listen on %s: is it in use?".formatted(where));
    }
    return new Pages(server);
  }

  public int port() {
    return server.port();
  }

  private static void route(HttpRouting.Builder routing, Telemetry telemetry) {
    routing
        .get("/livez", (_, response) -> probe(response, telemetry.health().notAlive()))
        .get("/readyz", (_, response) -> probe(response, telemetry.health().notReady()))
        .get("/metrics", (_, response) -> metrics(response, telemetry));
  }

  private static void probe(ServerResponse response, Optional<String> why) {
    response
        .status(why.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
        .header(HeaderNames.CONTENT_TYPE, TEXT)
        .send(why.orElse("ok") + "\n");
  }

  private static void metrics(ServerResponse response, Telemetry telemetry) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    telemetry.write(page);
    response.header(HeaderNames.CONTENT_TYPE, telemetry.contentType()).send(page.toByteArray());
  }

  @Override
  public void close() {
    server.stop();
  }
}
