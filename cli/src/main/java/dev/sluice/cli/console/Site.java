package dev.sluice.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves the page and, as Server-Sent Events, what there is to see. It can only be asked, and only
 * under its own address: a page of somebody else neither gets an answer nor may hold it in a frame.
 */
final class Site implements AutoCloseable {
  /** Pages that are open at one time. */
  static final int VISITS = 16;

  private static final int CONNECTIONS = 64;

  /** Whoever hears nothing for longer than some of these takes the connection for lost. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName MODE = HeaderNames.create("Sec-Fetch-Mode");
  private static final int MISDIRECTED = 421;
  private static final int MOST_ID = 600;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** Kept, so that their levels are: what Helidon says of starting and ending is said here. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final Logger LIFE = Logger.getLogger("io.helidon.webserver.LoomServer");

  private final Lookout lookout;
  private final Semaphore visits = new Semaphore(VISITS);
  private final WebServer server;
  private final Address asked;

  private Site(Address asked, Lookout lookout) {
    this.asked = asked;
    this.lookout = lookout;
    this.server =
        WebServer.builder()
            .address(asked.ip())
            .port(asked.port())
            .maxTcpConnections(CONNECTIONS)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofMillis(100))
            .routing(this::route)
            .build();
  }

  /**
   * @param address port 0: a free one
   * @throws IOException if it cannot listen there
   */
  static Site listen(Address address, Lookout lookout) throws IOException {
    HELIDON.setLevel(Level.WARNING);
    LIFE.setLevel(Level.OFF);
    Site site = new Site(address, lookout);
    // It does not throw where it could not.
    if (!site.server.start().isRunning()) {
      throw new IOException(
          "Nobody can listen on %s:%d.".formatted(address.ip().getHostAddress(), address.port()));
    }
    return site;
  }

  Address address() {
    return asked.at(server.port());
  }

  private void route(HttpRouting.Builder routing) {
    routing.addFilter((Filter) this::guard);
    Assets.read()
        .forEach(
            (path, asset) ->
                routing.get(
                    path,
                    (_, response) ->
                        response
                            .header(HeaderNames.CONTENT_TYPE, asset.type())
                            .send(asset.bytes())));
    routing.get("/stream", this::stream);
    routing.any(
        (_, response) ->
            refuse(response, Status.NOT_FOUND_404, "There is nothing here. The page is at /."));
  }

  private void guard(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    HEADERS.forEach(response::header);
    if (!address().isMeantBy(request.authority())) {
      refuse(
          response,
          Status.create(MISDIRECTED),
          "This is not the address that was asked for. Open " + address().url());
    } else if (isOfAnotherPage(request)) {
      refuse(response, Status.FORBIDDEN_403, "Only the console's own page may ask for this.");
    } else if (!request.prologue().method().equals(Method.GET)) {
      response.header(HeaderNames.ALLOW, "GET");
      refuse(
          response,
          Status.METHOD_NOT_ALLOWED_405,
          "The console shows and changes nothing: it can only be asked by GET.");
    } else {
      chain.proceed();
    }
  }

  /** By what browsers say of each request; a link that a person follows is none. */
  private static boolean isOfAnotherPage(RoutingRequest request) {
    String site = request.headers().value(SITE).orElse("none");
    String mode = request.headers().value(MODE).orElse("");
    return site.endsWith("-site") && !mode.equals("navigate");
  }

  private static void refuse(ServerResponse response, Status status, String sentence) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, TEXT)
        .header(HeaderValues.CONNECTION_CLOSE)
        .send(sentence + "\n");
  }

  private void stream(ServerRequest request, ServerResponse response) {
    String id = request.query().first("policy").orElse("");
    if (id.length() > MOST_ID) {
      refuse(response, Status.BAD_REQUEST_400, "No policy has so long a name.");
      return;
    }
    if (!visits.tryAcquire()) {
      refuse(
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "%d pages of this console are open; close one.".formatted(VISITS));
      return;
    }
    // As text/event-stream by hand: Helidon's own sink lets browsers keep what it sends.
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    try (Lookout.Following _ = lookout.follow(id);
        OutputStream out = response.outputStream()) {
      tell(new Visit(id, lookout.place()), out);
    } catch (IOException | UncheckedIOException e) {
      // Whoever looked has closed the page.
    } catch (InterruptedException e) {
      // The console ends.
      Thread.currentThread().interrupt();
    } finally {
      visits.release();
    }
  }

  private void tell(Visit visit, OutputStream out) throws IOException, InterruptedException {
    long told = 0;
    while (true) {
      Optional<Lookout.Seen> seen = lookout.after(told, HEARTBEAT);
      StringBuilder text = new StringBuilder();
      if (seen.isPresent()) {
        told = seen.get().number();
        for (Visit.News news : visit.of(seen.get(), lookout::flags)) {
          text.append("event: ").append(news.name());
          text.append("\ndata: ").append(json(news.data())).append("\n\n");
        }
      } else {
        text.append(": nothing was seen yet\n\n");
      }
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** In one line, as an event's data must be. */
  private static String json(Object data) {
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not data: " + data.getClass(), e);
    }
  }

  @Override
  public void close() {
    var _ = server.stop();
  }
}
