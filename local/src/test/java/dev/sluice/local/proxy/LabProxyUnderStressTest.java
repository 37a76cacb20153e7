package dev.sluice.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.kit.KitServer;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.load.Book;
import dev.sluice.local.load.Door;
import dev.sluice.local.load.Load;
import dev.sluice.local.load.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large bodies, a storm of changes, and pods that never answer. */
@Timeout(60)
@Tag("slow")
class LabProxyUnderStressTest {
  private static final int LARGE = 20 << 20;
  private static final int STORM_SECONDS = 6;

  /**
   * What was sent before the pod left the routing is there by then, also where proxy, pods and
   * users share a process that stands still for a second.
   */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final LabProxy proxy;

  LabProxyUnderStressTest() throws IOException {
    proxy = LabProxy.start(0, new LabProxy.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(10)));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    proxy.close();
    threads.shutdownNow();
  }

  @Test
  void twenty_mebibytes_go_through_both_ways_to_the_byte() throws Exception {
    Endpoint echo =
        server(
            exchange -> {
              // Read whole before it answers: java.net.http reads no answer while it still sends.
              byte[] received = exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream out = exchange.getResponseBody()) {
                out.write(received);
              }
            });
    proxy.route(new Routing(List.of(echo), List.of(), Optional.empty()));
    byte[] sent = new byte[LARGE];
    new Random(1).nextBytes(sent);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<HttpRequest.BodyPublisher> bodies =
        List.of(
            HttpRequest.BodyPublishers.ofByteArray(sent),
            HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(sent)));
    for (HttpRequest.BodyPublisher body : bodies) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/"))
                  .POST(body)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(sent);
    }
  }

  @Test
  void a_storm_of_changes_and_of_pods_that_come_and_go_loses_no_request() throws Exception {
    Random random = new Random(7);
    List<Pod> old = new ArrayList<>(List.of(pod("old"), pod("old")));
    List<Pod> now = new ArrayList<>(List.of(pod("new"), pod("new")));
    route(old, now, 100);
    int changes = 0;
    Book users = new Book();
    try (Load load = Load.at(Door.here(proxy.port()), Users.USUAL, users)) {
      load.rate(300);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STORM_SECONDS);
      long patience = end + TimeUnit.SECONDS.toNanos(30);
      while (System.nanoTime() < end
          || (users.accounts().sent() <= 1000 && System.nanoTime() < patience)) {
        boolean stable = random.nextBoolean();
        List<Pod> set = stable ? old : now;
        if (changes % 20 == 0) {
          // As the node does it: the new pod is ready before it is routed to, the old one is
          // asked to end after it has left the routing.
          set.add(pod(stable ? "old" : "new"));
          Pod leaves = set.removeFirst();
          route(old, now, random.nextInt(1001));
          leaves.end();
        } else {
          route(old, now, random.nextInt(1001));
        }
        changes++;
        Thread.sleep(5);
      }
      load.rate(0);
      Accounts accounts = users.accounts();
      while (open(accounts) > 0) {
        Thread.sleep(20);
        accounts = users.accounts();
      }
      System.out.printf("%d changes under %d requests%n", changes, accounts.sent());
      assertThat(accounts.sent()).isGreaterThan(1000);
      assertThat(changes).isGreaterThan(200);
      assertThat(accounts.failedBySystem()).as("%s", accounts).isZero();
      assertThat(accounts.dropped()).isZero();
      for (Accounts.OfSet set : accounts.sets().values()) {
        assertThat(set.lost()).as("%s", accounts).isZero();
        assertThat(set.bad()).as("%s", accounts).isZero();
      }
    }
  }

  private static long open(Accounts a) {
    long lost = a.sets().values().stream().mapToLong(Accounts.OfSet::lost).sum();
    return a.sent() - a.answered() - a.failedBySystem() - lost;
  }

  @Test
  void a_pod_that_never_answers_is_counted_once_as_soon_as_it_hangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    opened.add(never::countDown);
    Endpoint hangs =
        server(
            exchange -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    proxy.route(new Routing(List.of(hangs), List.of(), Optional.empty()));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/")).build(),
            HttpResponse.BodyHandlers.discarding());
    while (sent(hangs).bad() == 0) {
      Thread.sleep(10);
    }
    assertThat(answer).as("counted while the user still waits").isNotDone();
    assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
    assertThat(sent(hangs).all()).isEqualTo(1);
    assertThat(sent(hangs).bad()).isEqualTo(1);
  }

  private LabProxy.Sent sent(Endpoint to) {
    return proxy.sent().getOrDefault(to.set(), new LabProxy.Sent(0, 0, 0));
  }

  /** A pod of the service kit, with the graceful end that real ones have. */
  private record Pod(Endpoint endpoint, KitServer server, ExecutorService threads) {
    void end() {
      threads.execute(
          () -> {
            try {
              server.stop(GRACE, Duration.ofSeconds(10));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  private Pod pod(String set) throws IOException {
    KitServer server =
        KitServer.listen("pod", "v1", 0, threads)
            .handle("/", "/", LabProxyUnderStressTest::work)
            .start();
    opened.add(server);
    return new Pod(new Endpoint(set, set + "-" + server.port(), server.port()), server, threads);
  }

  private static KitServer.Answer work(HttpExchange exchange) throws InterruptedException {
    Thread.sleep(3);
    return new KitServer.Answer(200, "{}");
  }

  private void route(List<Pod> old, List<Pod> now, int perMille) {
    Split split = new Split("shop-1", new Share(perMille), List.of(), Optional.empty(), Share.NONE);
    proxy.route(
        new Routing(
            old.stream().map(Pod::endpoint).toList(),
            now.stream().map(Pod::endpoint).toList(),
            Optional.of(split)));
  }

  private Endpoint server(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    opened.add(() -> server.stop(0));
    return new Endpoint("set", "set-1", server.getAddress().getPort());
  }
}
