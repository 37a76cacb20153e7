package dev.sluice.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class KitServerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger whole = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void under_steady_traffic_the_end_comes_soon_and_every_request_that_began_is_answered()
      throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    KitServer server =
        KitServer.listen("test", "v1", 0, threads)
            .handle(
                "/work",
                "/work",
                request -> {
                  begun.incrementAndGet();
                  Thread.sleep(20);
                  return new KitServer.Answer(200, "{}");
                })
            .start();
    List<Future<?>> users = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      users.add(threads.submit(() -> comeAgainAndAgain(server.port())));
    }
    long patience = System.nanoTime() + DEADLINE.toNanos();
    while (whole.get() < 50) {
      assertThat(System.nanoTime()).isLessThan(patience);
      Thread.onSpinWait();
    }

    long from = System.nanoTime();
    server.stop(Duration.ofMillis(100), DEADLINE);
    Duration took = Duration.ofNanos(System.nanoTime() - from);

    over.set(true);
    for (Future<?> user : users) {
      user.get(10, TimeUnit.SECONDS);
    }
    assertThat(took).isLessThan(DEADLINE.dividedBy(2));
    assertThat(whole.get()).isEqualTo(begun.get());
    threads.shutdownNow();
  }

  @Test
  void every_answer_says_the_version_where_the_service_wants_it_so() throws Exception {
    assertThat(versionsSaid(server -> server.saysVersion("X-Version")))
        .containsExactly("200 v7", "500 v7", "503 v7");
  }

  @Test
  void no_answer_says_the_version_by_itself() throws Exception {
    assertThat(versionsSaid(server -> server)).containsExactly("200 -", "500 -", "503 -");
  }

  /** Of an answer, of a failure inside the service, and of a probe that says no. */
  private static List<String> versionsSaid(UnaryOperator<KitServer> settings) throws Exception {
    KitServer server =
        KitServer.listen("test", "v7", 0, Runnable::run)
            .handle("/good", "/good", request -> new KitServer.Answer(200, "{}"))
            .handle(
                "/broken",
                "/broken",
                request -> {
                  throw new IllegalStateException("broken");
                });
    HttpClient client = HttpClient.newHttpClient();
    try (KitServer running = settings.apply(server).start()) {
      List<String> said = new ArrayList<>();
      for (String path : List.of("/good", "/broken", "/startup")) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + path))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        said.add(answer.statusCode() + " " + answer.headers().firstValue("X-Version").orElse("-"));
      }
      return said;
    }
  }

  private void comeAgainAndAgain(int port) {
    HttpClient client = HttpClient.newHttpClient();
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/work")).build();
      while (!over.get()) {
        try {
          if (client.send(request, HttpResponse.BodyHandlers.ofString()).body().equals("{}")) {
            whole.incrementAndGet();
          }
        } catch (IOException e) {
          // it accepts nobody any more
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
