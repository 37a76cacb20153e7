package dev.sluice.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.model.Affinity;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real proxy in front of real servers, over real connections. */
@Timeout(15)
class LabProxyTest {
  private final List<HttpServer> servers = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LabProxy proxy = proxy();

  private static LabProxy proxy() {
    try {
      return LabProxy.start(
          0, new LabProxy.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(20)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void end() {
    proxy.close();
    servers.forEach(s -> s.stop(0));
  }

  /** A server that says its name; one that is called broken says it with 500. */
  private Endpoint server(String set) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        x -> {
          x.getRequestBody().readAllBytes();
          byte[] name = set.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          x.sendResponseHeaders(set.startsWith("broken") ? 500 : 200, name.length);
          x.getResponseBody().write(name);
          x.close();
        });
    server.start();
    servers.add(server);
    return new Endpoint(set, set + "-" + servers.size(), server.getAddress().getPort());
  }

  private static Endpoint nobody(String set) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint(set, set + "-gone", free.getLocalPort());
    }
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static Split split(int perMille) {
    return new Split("shop-1", new Share(perMille), List.of(), Optional.empty(), Share.NONE);
  }

  private static void until(Callable<Boolean> so) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!so.call()) {
      assertThat(System.nanoTime()).as("it never came to that").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void weights_are_within_three_tenths_of_a_point_over_20_000_requests() {
    Endpoint old = new Endpoint("old", "old-1", 1);
    Endpoint now = new Endpoint("new", "new-1", 2);
    for (int perMille : new int[] {5, 50, 500}) {
      Routing routing = new Routing(List.of(old), List.of(now), Optional.of(split(perMille)));
      long candidate = 0;
      for (int n = 0; n < 20_000; n++) {
        Choice choice = Choice.of(routing, h -> "", c -> "", n);
        candidate += choice.endpoints().getFirst().equals(now) ? 1 : 0;
      }
      assertThat(candidate / 200.0).isCloseTo(perMille / 10.0, within(0.3));
    }
  }

  @Test
  void without_a_split_or_without_a_candidate_the_root_answers_everything() throws Exception {
    Endpoint root = server("old");
    proxy.route(new Routing(List.of(root), List.of(), Optional.of(split(1000))));
    assertThat(get("/").body()).isEqualTo("old");
    proxy.route(new Routing(List.of(root), List.of(server("new")), Optional.empty()));
    assertThat(get("/").body()).isEqualTo("old");
  }

  @Test
  void headers_and_cookies_pick_the_candidate_whatever_the_weight() throws Exception {
    Split split =
        new Split(
            "shop-1",
            Share.NONE,
            List.of(new Match.Header("x-canary", "always"), new Match.Cookie("canary", "always")),
            Optional.empty(),
            Share.NONE);
    proxy.route(new Routing(List.of(server("old")), List.of(server("new")), Optional.of(split)));
    assertThat(get("/").body()).isEqualTo("old");
    assertThat(get("/", "X-Canary", "always").body()).isEqualTo("new");
    assertThat(get("/", "X-Canary", "never").body()).isEqualTo("old");
    assertThat(get("/", "Cookie", "a=b; canary=always").body()).isEqualTo("new");
  }

  @Test
  void a_user_stays_on_the_candidate_of_this_release_and_of_no_other() throws Exception {
    Optional<Affinity> affinity = Optional.of(new Affinity("track", Duration.ofHours(1)));
    Split all = new Split("shop-1", Share.ALL, List.of(), affinity, Share.NONE);
    List<Endpoint> old = List.of(server("old"));
    List<Endpoint> now = List.of(server("new"));
    proxy.route(new Routing(old, now, Optional.of(all)));
    String cookie = get("/").headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).isEqualTo("track=shop-1; Max-Age=3600; Path=/");

    Split little = new Split("shop-1", new Share(1), List.of(), affinity, Share.NONE);
    proxy.route(new Routing(old, now, Optional.of(little)));
    for (int i = 0; i < 20; i++) {
      assertThat(get("/", "Cookie", "track=shop-1").body()).isEqualTo("new");
    }
    Split next = new Split("shop-2", Share.NONE, List.of(), affinity, Share.NONE);
    proxy.route(new Routing(old, now, Optional.of(next)));
    assertThat(get("/", "Cookie", "track=shop-1").body()).isEqualTo("old");
  }

  @Test
  void a_mirror_copies_and_its_answers_reach_nobody() throws Exception {
    Split split = new Split("shop-1", Share.NONE, List.of(), Optional.empty(), Share.ALL);
    AtomicInteger copies = new AtomicInteger();
    Endpoint mirror = server("new");
    servers.getLast().removeContext("/");
    servers
        .getLast()
        .createContext(
            "/",
            x -> {
              copies.incrementAndGet();
              x.sendResponseHeaders(500, -1);
              x.close();
            });
    proxy.route(new Routing(List.of(server("old")), List.of(mirror), Optional.of(split)));
    for (int i = 0; i < 10; i++) {
      assertThat(get("/").body()).isEqualTo("old");
    }
    until(() -> copies.get() == 10);
  }

  @Test
  void a_pod_that_refuses_costs_nobody_anything_while_another_one_answers() throws Exception {
    proxy.route(new Routing(List.of(nobody("old"), server("old")), List.of(), Optional.empty()));
    for (int i = 0; i < 20; i++) {
      assertThat(get("/").statusCode()).isEqualTo(200);
    }
    assertThat(proxy.sent().values()).allMatch(sent -> sent.bad() == 0);
  }

  @Test
  void where_all_refuse_the_proxy_says_so_and_counts_it() throws Exception {
    proxy.route(new Routing(List.of(nobody("old")), List.of(), Optional.empty()));
    HttpResponse<String> answer = get("/");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.headers().firstValue("X-Sluice-Error")).hasValue("refused");
    until(() -> new LabProxy.Sent(1, 1, 1).equals(proxy.sent().get("old")));
    proxy.route(Routing.NOBODY);
    assertThat(get("/").statusCode()).isEqualTo(503);
  }

  @Test
  void errors_of_a_pod_are_passed_on_and_counted() throws Exception {
    proxy.route(new Routing(List.of(server("broken")), List.of(), Optional.empty()));
    assertThat(get("/").statusCode()).isEqualTo(500);
    until(() -> new LabProxy.Sent(1, 1, 1).equals(proxy.sent().get("broken")));
  }

  @Test
  void a_port_in_use_is_said_in_a_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> LabProxy.start(port, LabProxy.Timeouts.USUAL))
          .isInstanceOf(BindException.class)
          .hasMessage("Port " + port + " is in use; choose another, or 0 for any.");
    }
  }
}
