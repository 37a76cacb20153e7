package dev.sluice.e2e.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands before a real API server and passes everything on, the client's own token too, until a
 * {@link Fault} is set. It speaks HTTP/1.1 without TLS on the loopback address, so that it can see
 * requests and events; to the API server it speaks TLS and checks its certificate.
 *
 * <p>Events are known one from another in watches by WebSocket, as the operator's are, and in
 * streamed answers to {@code watch=true}.
 */
public final class ApiServerProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 1000;

  /** Objects are up to 1.5 MB in etcd, and longer as JSON. */
  private static final int LONGEST_EVENT = 16 << 20;

  private final Vertx vertx;
  private final Strikes strikes;
  private final Requests requests;
  private final Watches watches;
  private Optional<HttpServer> server = Optional.empty();
  private int port;

  private ApiServerProxy(Vertx vertx, Config of, long seed) {
    this.vertx = vertx;
    this.strikes = new Strikes(seed);
    URI behind = URI.create(of.getMasterUrl());
    this.watches = new Watches(vertx, strikes);
    this.requests =
        new Requests(
            vertx,
            vertx
                .httpClientBuilder()
                .with(https(of))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
                .build(),
            vertx.createWebSocketClient(webSockets(of)),
            behind,
            strikes,
            watches);
  }

  /**
   * It listens when this returns.
   *
   * @param of whose API server is meant
   * @param seed of which requests are hit
   */
  public static ApiServerProxy before(Config of, long seed) {
    ApiServerProxy proxy =
        new ApiServerProxy(
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)), of, seed);
    proxy.listen();
    return proxy;
  }

  private static HttpClientOptions https(Config of) {
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout(2000);
    return of.getMasterUrl().startsWith("https")
        ? options.setSsl(true).setTrustOptions(trust(of))
        : options;
  }

  private static WebSocketClientOptions webSockets(Config of) {
    WebSocketClientOptions options =
        new WebSocketClientOptions()
            .setConnectTimeout(2000)
            .setMaxConnections(CONNECTIONS)
            .setMaxFrameSize(LONGEST_EVENT)
            .setMaxMessageSize(LONGEST_EVENT);
    return of.getMasterUrl().startsWith("https")
        ? options.setSsl(true).setTrustOptions(trust(of))
        : options;
  }

  private static PemTrustOptions trust(Config of) {
    byte[] pem = Base64.getDecoder().decode(of.getCaCertData().getBytes(UTF_8));
    return new PemTrustOptions().addCertValue(Buffer.buffer(pem));
  }

  /** For a kubeconfig, instead of the API server's own. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** These, and no others, from now on. */
  public synchronized void set(Fault... faults) {
    strikes.set(List.of(faults));
    boolean gone = Arrays.stream(faults).anyMatch(f -> f instanceof Fault.Gone);
    if (gone && server.isPresent()) {
      strikes.count(new Fault.Gone());
      await(server.get().close());
      watches.cutAll();
      server = Optional.empty();
    } else if (!gone && server.isEmpty()) {
      listen();
    }
  }

  /** Everything passes as it is. */
  public void clear() {
    set();
  }

  /** Who hears of writes from now on; in place of whoever did before. */
  public void tell(Ear ear) {
    requests.tell(ear);
  }

  /** After an {@link Ear} has said that nothing passes: it passes again. */
  public void goOn() {
    requests.goOn();
  }

  /** How often each kind of fault has struck since the start. */
  public Map<String, Integer> struck() {
    return strikes.counted();
  }

  /** Requests that were passed on since the start, watches among them. */
  public long passed() {
    return strikes.passed();
  }

  private synchronized void listen() {
    HttpServer made =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setMaxWebSocketFrameSize(LONGEST_EVENT)
                    .setMaxWebSocketMessageSize(LONGEST_EVENT))
            .requestHandler(requests::handle)
            .webSocketHandshakeHandler(requests::shake);
    port = await(made.listen(port, "127.0.0.1")).actualPort();
    server = Optional.of(made);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The proxy before the API server does not do it.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted.", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
