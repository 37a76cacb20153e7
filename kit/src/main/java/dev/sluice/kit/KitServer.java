package dev.sluice.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * An HTTP server that can be released well: separate {@code /startup}, {@code /livez} and {@code
 * /readyz}, {@code /version}, {@code /metrics}, and an end in two stages. First readiness says no
 * while requests are still served, so that whoever routes can look away; then it stops accepting,
 * lets what is in flight finish, and is gone.
 */
public final class KitServer implements AutoCloseable {
  static {
    // Without it a small answer waits 40 ms for the acknowledgement of its headers.
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    // Longer than any router keeps idle connections, so that it is never the server that closes
    // first.
    setUnlessSet("sun.net.httpserver.idleInterval", "120");
    setUnlessSet("sun.net.httpserver.maxIdleConnections", "4096");
  }

  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final HttpMetrics metrics;
  private final String version;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean started;
  private volatile boolean stopping;
  private volatile BooleanSupplier ready = () -> true;
  private volatile BooleanSupplier scraped = () -> true;
  private volatile UnaryOperator<String> shown = page -> page;
  private volatile boolean countsAll;
  private volatile Optional<String> versionHeader = Optional.empty();

  private KitServer(HttpServer server, String name, String version) {
    this.server = server;
    this.version = version;
    this.metrics = new HttpMetrics(version, inFlight);
    String since = Instant.now().toString();
    probe("/startup", () -> started);
    probe("/livez", () -> true);
    probe("/readyz", () -> started && !stopping && ready.getAsBoolean());
    String about = Json.object(Map.of("name", name, "version", version, "started", since));
    beside("/version", x -> answer(x, 200, "application/json", about));
    beside("/metrics", this::metrics);
  }

  /**
   * Listens on all interfaces; serves once {@link #start} is called.
   *
   * @param name of the service
   * @param version as it is to stand in every metric
   * @param port 0: a free one
   * @param executor runs the handlers; virtual threads where the runtime has them
   * @throws java.net.BindException if the port is in use
   */
  public static KitServer listen(String name, String version, int port, Executor executor)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
    server.setExecutor(executor);
    return new KitServer(server, name, version);
  }

  /** What answers one request. */
  @FunctionalInterface
  public interface Handler {
    Answer answer(HttpExchange request) throws IOException, InterruptedException;
  }

  /**
   * @param status of HTTP
   * @param json the body
   */
  public record Answer(int status, String json) {}

  /**
   * Serves a path and everything below it, counted and timed under that template.
   *
   * @param uri the template as it is to stand in the metrics, for example {@code /orders/{id}}
   */
  public KitServer handle(String path, String uri, Handler handler) {
    server.createContext(path, exchange -> serve(exchange, uri, handler));
    return this;
  }

  /** An additional condition of readiness. */
  public KitServer readyWhen(BooleanSupplier condition) {
    this.ready = condition;
    return this;
  }

  /** Scrapes are refused with 503 while the condition does not hold. */
  public KitServer metricsWhen(BooleanSupplier condition) {
    this.scraped = condition;
    return this;
  }

  /** What is shown of the page of metrics: as it is, if nobody says otherwise. */
  public KitServer metricsAs(UnaryOperator<String> page) {
    this.shown = page;
    return this;
  }

  /**
   * Counts every request that it answers, health checks and scrapes too, and tells none by its
   * path: as services do whose metrics nobody has thought about. For tests of what reads them.
   */
  public KitServer countsAllAlike() {
    this.countsAll = true;
    return this;
  }

  /**
   * Every answer says which version gave it, in that header. So whoever calls can tell versions
   * apart, and an answer of a pod from one of a router in between. Off by default: versions are
   * nobody's business unless the service wants it so.
   *
   * @param header its name, for example {@code X-Version}
   */
  public KitServer saysVersion(String header) {
    this.versionHeader = Optional.of(header);
    return this;
  }

  /** Accepts from now on; {@code /startup} says yes once {@link #started} is called. */
  public KitServer start() {
    server.start();
    return this;
  }

  /** The service has done what it does before its first request. */
  public void started() {
    started = true;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Metrics of the service itself go here; each should carry the version as a label. */
  public io.prometheus.metrics.model.registry.PrometheusRegistry registry() {
    return metrics.registry();
  }

  public String version() {
    return version;
  }

  /**
   * Ends in two stages: still serves for the grace while readiness says no, then accepts nobody and
   * lets what is in flight finish. Returns when all of it is answered, or at the deadline; before
   * Java 25 the runtime's server waits for the whole deadline where nothing was in flight.
   *
   * @param grace how long it still serves while readiness says no
   * @param deadline for what is in flight after that; counted in whole seconds, rounded up
   */
  public void stop(Duration grace, Duration deadline) throws InterruptedException {
    stopping = true;
    Thread.sleep(grace.toMillis());
    server.stop(Math.toIntExact(deadline.plusMillis(999).toSeconds()));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange, String uri, Handler handler) throws IOException {
    long from = System.nanoTime();
    inFlight.incrementAndGet();
    int status = 500;
    try {
      Answer answer = handler.answer(exchange);
      status = answer.status();
      answer(exchange, status, "application/json", answer.json());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    } catch (RuntimeException e) {
      Log.error("request failed", Map.of("uri", uri, "error", String.valueOf(e)));
      answer(exchange, 500, "application/json", Json.object(Map.of("error", "internal error")));
    } finally {
      inFlight.decrementAndGet();
      double seconds = (System.nanoTime() - from) / 1e9;
      metrics.observe(exchange.getRequestMethod(), countsAll ? "" : uri, status, seconds);
    }
  }

  /** What is asked by others than users. */
  private void beside(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          long from = System.nanoTime();
          handler.handle(exchange);
          if (countsAll) {
            double seconds = (System.nanoTime() - from) / 1e9;
            metrics.observe(exchange.getRequestMethod(), "", exchange.getResponseCode(), seconds);
          }
        });
  }

  private void metrics(HttpExchange exchange) throws IOException {
    if (scraped.getAsBoolean()) {
      answer(exchange, 200, HttpMetrics.CONTENT_TYPE, shown.apply(metrics.text()));
    } else {
      answer(exchange, 503, "text/plain; charset=utf-8", "no metrics now\n");
    }
  }

  private void probe(String path, BooleanSupplier yes) {
    beside(
        path,
        exchange ->
            answer(
                exchange,
                yes.getAsBoolean() ? 200 : 503,
                "text/plain; charset=utf-8",
                yes.getAsBoolean() ? "yes\n" : "no\n"));
  }

  /** Once the end has begun each connection's last answer says so, and nobody comes back on it. */
  private void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", type);
    versionHeader.ifPresent(header -> exchange.getResponseHeaders().set(header, version));
    if (stopping) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
