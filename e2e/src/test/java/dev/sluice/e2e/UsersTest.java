package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users write down, by a server that answers as pods and gateways do. */
class UsersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> cookies = new CopyOnWriteArrayList<>();

  UsersTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_pods_errors_are_the_versions_and_what_no_pod_answered_is_the_systems() {
    server.createContext(
        "/",
        exchange -> {
          switch (requests.getAndIncrement() % 5) {
            case 0 -> answer(exchange, 200, "v1");
            case 1 -> answer(exchange, 402, "v2");
            case 2 -> answer(exchange, 500, "v2");
            case 3 -> answer(exchange, 503, "");
            default -> exchange.close();
          }
        });

    Accounts accounts = after(500, Users.at(door()).fresh(200).kept(200));

    long fifth = accounts.sent() / 5;
    assertThat(accounts.inFlight()).isZero();
    assertThat(accounts.sent()).isEqualTo(requests.get());
    assertThat(accounts.answered() + accounts.lost()).isEqualTo(accounts.sent());
    assertThat(accounts.answeredBy("v1")).isBetween(fifth, fifth + 1);
    assertThat(accounts.answeredBy("v2")).isBetween(2 * fifth, 2 * fifth + 2);
    assertThat(accounts.badBy("v1")).isZero();
    assertThat(accounts.badBy("v2")).isBetween(fifth, fifth + 1);
    assertThat(accounts.losses())
        .containsEntry("503 by no pod", accounts.lost() - closed(accounts));
    assertThat(closed(accounts)).isBetween(fifth, fifth + 1);
    assertThat(accounts.harmed()).hasSize((int) (accounts.badBy("v2") + accounts.lost()));
    assertThat(accounts.fresh().sent()).isBetween(150L, accounts.sent() - 150);
  }

  @Test
  void nobody_there_is_a_loss() throws IOException {
    URI nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    Accounts accounts = after(20, Users.at(nobody).fresh(100).kept(100));
    assertThat(accounts.lost()).isEqualTo(accounts.sent());
    assertThat(accounts.firstBad()).isPresent();
  }

  @Test
  void the_whitelisted_bring_their_cookie_and_keep_the_one_they_got() {
    server.createContext(
        "/",
        exchange -> {
          cookies.add(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
          exchange.getResponseHeaders().set("Set-Cookie", "sluice-track=c1; Max-Age=60");
          answer(exchange, 200, "v2");
        });
    List<String> all =
        List.of("null", "canary=always", "sluice-track=c1", "canary=always; sluice-track=c1");
    try (Users users =
        Users.at(door()).whitelisted(0.5, "Cookie", "canary=always").kept(300).come()) {
      Await.until("all four were sent", PATIENCE, () -> cookies.containsAll(all));
      assertThat(users.leave().lost()).isZero();
    }
    assertThat(cookies).hasSameElementsAs(all);
  }

  @Test
  void the_time_line_can_be_read_and_written(@TempDir Path folder) throws IOException {
    server.createContext("/", exchange -> answer(exchange, 200, "v3"));
    Accounts accounts = after(50, Users.at(door()).fresh(50).kept(50));
    assertThat(accounts.seconds().stream().mapToLong(s -> s.answered().get("v3")).sum())
        .isEqualTo(accounts.sent());
    assertThat(accounts.millis(0.5)).hasValueSatisfying(ms -> assertThat(ms).isPositive());

    accounts.write(folder.resolve("users.tsv"));
    assertThat(Files.readAllLines(folder.resolve("users.tsv")))
        .hasSize((int) accounts.sent() + 1)
        .element(1)
        .asString()
        .contains("\tgood\t200\tv3\t");
  }

  private static Accounts after(long sent, Users.Plan plan) {
    try (Users users = plan.come()) {
      Await.until(sent + " were sent", PATIENCE, () -> users.accounts().sent() >= sent);
      return users.leave();
    }
  }

  /** Whose connection was closed without an answer: the client has more than one word for it. */
  private static long closed(Accounts accounts) {
    return accounts.losses().entrySet().stream()
        .filter(loss -> !loss.getKey().equals("503 by no pod"))
        .mapToLong(loss -> loss.getValue())
        .sum();
  }

  private URI door() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, int status, String version) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (!version.isEmpty()) {
      exchange.getResponseHeaders().set("X-Version", version);
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }
}
