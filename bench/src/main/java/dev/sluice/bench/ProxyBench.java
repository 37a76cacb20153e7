package dev.sluice.bench;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.local.proxy.Endpoint;
import dev.sluice.local.proxy.LabProxy;
import dev.sluice.local.proxy.Routing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The lab's proxy beside a direct call, alternating in one run: requests/s with 16 callers, the
 * time that it adds at 500 requests/s (open loop, counted from the moment a request was due), and
 * what share of 20,000 real requests it gives to the candidate.
 */
public final class ProxyBench {
  private static final int CALLERS = 16;
  private static final int ROUNDS = 5;
  private static final Duration SATURATED = Duration.ofSeconds(4);
  private static final int RATE = 500;
  private static final int REQUESTS = 20_000;
  private static final byte[] BODY = "{\"item\":1,\"inStock\":12}".getBytes(StandardCharsets.UTF_8);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

  private ProxyBench() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer old = server();
    HttpServer now = server();
    try (LabProxy proxy = LabProxy.start(0, LabProxy.Timeouts.USUAL)) {
      Endpoint root = new Endpoint("old", "old-1", old.getAddress().getPort());
      Endpoint candidate = new Endpoint("new", "new-1", now.getAddress().getPort());
      proxy.route(new Routing(List.of(root), List.of(), Optional.empty()));
      ProxyBench bench = new ProxyBench();
      bench.compare(root.port(), proxy.port());
      for (int perMille : new int[] {5, 50, 500}) {
        bench.weight(proxy, root, candidate, perMille);
      }
      bench.callers.shutdownNow();
    }
    old.stop(0);
    now.stop(0);
    System.exit(0);
  }

  private void compare(int direct, int proxied) throws Exception {
    double[][] perSecond = new double[2][ROUNDS];
    double[][] p50 = new double[2][ROUNDS];
    double[][] p99 = new double[2][ROUNDS];
    saturate(direct);
    saturate(proxied);
    for (int round = 0; round < ROUNDS; round++) {
      for (int way = 0; way < 2; way++) {
        int port = way == 0 ? direct : proxied;
        perSecond[way][round] = saturate(port);
        Histogram micros = steady(port);
        p50[way][round] = micros.getValueAtPercentile(50) / 1000.0;
        p99[way][round] = micros.getValueAtPercentile(99) / 1000.0;
      }
    }
    System.out.printf(
        "%d callers: %.0f requests/s direct, %.0f through the proxy (%.0f %%)%n",
        CALLERS,
        Quantile.of(perSecond[0], 0.5),
        Quantile.of(perSecond[1], 0.5),
        100 * Quantile.of(perSecond[1], 0.5) / Quantile.of(perSecond[0], 0.5));
    System.out.printf(
        "at %d requests/s: p50 %.2f ms direct, %.2f ms through it (+%.2f); p99 %.2f ms, %.2f ms (+%.2f)%n",
        RATE,
        Quantile.of(p50[0], 0.5),
        Quantile.of(p50[1], 0.5),
        Quantile.of(p50[1], 0.5) - Quantile.of(p50[0], 0.5),
        Quantile.of(p99[0], 0.5),
        Quantile.of(p99[1], 0.5),
        Quantile.of(p99[1], 0.5) - Quantile.of(p99[0], 0.5));
  }

  private double saturate(int port) throws Exception {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + SATURATED.toNanos();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      all.add(
          callers.submit(
              () -> {
                while (System.nanoTime() < end) {
                  call(port);
                  done.incrementAndGet();
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    return done.get() / (SATURATED.toMillis() / 1000.0);
  }

  private Histogram steady(int port) throws Exception {
    Histogram micros = new ConcurrentHistogram(60_000_000L, 3);
    long from = System.nanoTime();
    AtomicLong next = new AtomicLong();
    long count = RATE * SATURATED.toSeconds();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      all.add(
          callers.submit(
              () -> {
                long n;
                while ((n = next.getAndIncrement()) < count) {
                  long due = from + n * (1_000_000_000L / RATE);
                  long early = due - System.nanoTime();
                  if (early > 0) {
                    Thread.sleep(Duration.ofNanos(early));
                  }
                  call(port);
                  micros.recordValue((System.nanoTime() - due) / 1000);
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    return micros;
  }

  private void weight(LabProxy proxy, Endpoint root, Endpoint candidate, int perMille)
      throws Exception {
    long before = sent(proxy, candidate);
    Split split =
        new Split("bench-1", new Share(perMille), List.of(), Optional.empty(), Share.NONE);
    proxy.route(new Routing(List.of(root), List.of(candidate), Optional.of(split)));
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      all.add(
          callers.submit(
              () -> {
                for (int n = 0; n < REQUESTS / CALLERS; n++) {
                  call(proxy.port());
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    System.out.printf(
        "weight %.1f %%: %.2f %% of %d requests were sent to the candidate%n",
        perMille / 10.0, 100.0 * (sent(proxy, candidate) - before) / REQUESTS, REQUESTS);
  }

  private static long sent(LabProxy proxy, Endpoint to) {
    return proxy.sent().getOrDefault(to.set(), new LabProxy.Sent(0, 0, 0)).ordinary();
  }

  private void call(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/stock/1")).build();
    int status = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
    if (status != 200) {
      throw new IOException("answered " + status);
    }
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, BODY.length);
          exchange.getResponseBody().write(BODY);
          exchange.close();
        });
    server.start();
    return server;
  }
}
