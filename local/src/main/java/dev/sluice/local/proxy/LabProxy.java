package dev.sluice.local.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A reverse proxy on this machine: HTTP/1.1, bodies streamed, connections kept alive on both sides.
 * It divides requests as a {@link Routing} says, loses none when that changes, and counts for each
 * set what it sent: those are the lab's edge metrics.
 *
 * <p>One event loop does it all, so a routing is one reference and nothing is locked.
 */
public final class LabProxy implements AutoCloseable {
  /** Shorter than any server keeps idle connections, so that the proxy is the one who closes. */
  private static final int IDLE_SECONDS = 10;

  private static final int CONNECTIONS_PER_POD = 512;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Forwarding forwarding;
  private final int port;

  /**
   * @param ordinary sent by weight alone: no whitelist, no cookie, no copy
   * @param all answered, lost, or without an answer for too long
   * @param bad among all: answered 5xx, lost, or without an answer for too long
   */
  public record Sent(long ordinary, long all, long bad) {}

  /**
   * @param hang a request without an answer for that long counts as bad at that moment
   * @param timeout a request without an answer for that long is answered 504
   */
  public record Timeouts(Duration hang, Duration timeout) {
    public static final Timeouts USUAL =
        new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  private LabProxy(Vertx vertx, Forwarding forwarding, int port) {
    this.vertx = vertx;
    this.forwarding = forwarding;
    this.port = port;
  }

  /**
   * Listens on the loopback address; there is nobody to send to before {@link #route} is called.
   *
   * @param port 0: any that is free
   * @throws BindException if the port is in use
   */
  public static LabProxy start(int port, Timeouts timeouts) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    HttpClient client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setKeepAliveTimeout(IDLE_SECONDS)
                    .setConnectTimeout(1000)
                    .setTcpNoDelay(true))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_POD))
            .build();
    Forwarding forwarding = new Forwarding(vertx, client, timeouts);
    HttpServerOptions options =
        new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024).setIdleTimeout(120);
    try {
      HttpServer server =
          vertx
              .createHttpServer(options)
              .requestHandler(forwarding::handle)
              .listen(port, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new LabProxy(vertx, forwarding, server.actualPort());
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      if (e.getCause() instanceof BindException) {
        throw new BindException("Port " + port + " is in use; choose another, or 0 for any.");
      }
      throw new IOException("The proxy could not listen on port " + port + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the proxy started.", e);
    }
  }

  /** From the next request on; when it returns none is divided the old way any more. */
  public void route(Routing routing) {
    forwarding.route(routing);
  }

  /** What was sent, by the hash of the set, since the start. */
  public Map<String, Sent> sent() {
    return forwarding.counts().snapshot();
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The proxy did not close.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
