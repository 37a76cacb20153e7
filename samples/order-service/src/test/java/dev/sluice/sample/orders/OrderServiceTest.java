package dev.sluice.sample.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real service as a real process, asked as its users and its platform ask it. */
@Tag("slow")
class OrderServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<Process> processes = new ArrayList<>();
  private int port;

  @TempDir private Path folder;

  @AfterEach
  void endEverything() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process service(Map<String, String> env) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return service(port, env);
  }

  private Process service(int on, Map<String, String> env) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx48m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.sluice.sample.orders.OrderService");
    builder.environment().put("PORT", String.valueOf(on));
    builder.environment().put("GRACE", "200");
    builder.environment().putAll(env);
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log-" + processes.size()).toFile());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(5))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> order(int item) throws IOException, InterruptedException {
    return order(item, Duration.ofSeconds(20));
  }

  private HttpResponse<String> order(int item, Duration patience)
      throws IOException, InterruptedException {
    String body = "{\"user\":\"ann\",\"item\":" + item + ",\"quantity\":2}";
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"))
            .timeout(patience)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void until(Callable<Boolean> so) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        if (so.call()) {
          return;
        }
      } catch (IOException e) {
        // not there yet
      }
      assertThat(Instant.now()).as("it never came to that").isBefore(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void ready() throws Exception {
    until(() -> get("/readyz").statusCode() == 200);
  }

  private double counted(String series) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void orders_are_taken_shown_and_counted_exactly_with_the_version_on_each_series()
      throws Exception {
    service(Map.of("VERSION", "v7"));
    ready();
    int taken = 0;
    String last = "";
    for (int i = 0; i < 100; i++) {
      HttpResponse<String> answer = order(i);
      assertThat(answer.statusCode()).isIn(201, 402);
      if (answer.statusCode() == 201) {
        taken++;
        last = answer.body();
      }
    }
    String id = last.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    assertThat(get("/orders/" + id).body()).isEqualTo(last);
    assertThat(counted("orders_total{outcome=\"ok\",version=\"v7\"}")).isEqualTo(taken);
    assertThat(counted("payments_total{")).isEqualTo(100);
    // Counted when the answer is out.
    int all = taken;
    until(
        () ->
            counted(
                    "http_server_requests_seconds_count{method=\"POST\",status=\"201\",uri=\"/orders\",version=\"v7\"}")
                == all);
    assertThat(get("/version").body()).contains("\"version\":\"v7\"");
  }

  @Test
  void startup_liveness_and_readiness_are_three_different_things() throws Exception {
    service(Map.of("START_DELAY", "5000", "NEVER_READY", "true"));
    until(() -> get("/livez").statusCode() == 200);
    assertThat(get("/startup").statusCode()).isEqualTo(503);
    until(() -> get("/startup").statusCode() == 200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
  }

  @Test
  void all_errors_means_all_errors_and_the_fault_file_hits_whoever_names_it() throws Exception {
    Path file = folder.resolve("faults");
    service(Map.of("FAULT_FILE", file.toString()));
    ready();
    assertThat(order(1).statusCode()).isIn(201, 402);
    Files.writeString(file, "errors=1\n", StandardCharsets.UTF_8);
    until(() -> order(1).statusCode() == 500);
    Files.delete(file);
    until(() -> order(1).statusCode() != 500);
  }

  @Test
  void a_hang_is_never_answered() throws Exception {
    service(Map.of("HANG", "1"));
    ready();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> order(1, Duration.ofSeconds(2)))
        .isInstanceOf(java.net.http.HttpTimeoutException.class);
  }

  @Test
  void it_crashes_and_refuses_when_told_to() throws Exception {
    Process crash = service(Map.of("CRASH_AFTER", "0.5"));
    assertThat(crash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(crash.exitValue()).isEqualTo(1);
    Process refuses = service(Map.of("REFUSE_AFTER", "4"));
    ready();
    until(
        () -> {
          try (java.net.Socket socket =
              new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
          } catch (java.net.ConnectException e) {
            return true;
          }
        });
    assertThat(refuses.waitFor(500, TimeUnit.MILLISECONDS)).as("it lives on").isFalse();
  }

  @Test
  void a_graceful_end_says_not_ready_first_and_loses_nothing() throws Exception {
    Process process = service(Map.of("GRACE", "4000"));
    ready();
    process.destroy();
    until(() -> get("/readyz").statusCode() == 503);
    HttpResponse<String> served = order(3);
    assertThat(served.statusCode()).isIn(201, 402);
    assertThat(served.headers().firstValue("Connection")).hasValue("close");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void it_ends_with_the_process_that_started_it_if_asked() throws Exception {
    Process process = service(Map.of("SLUICE_DIE_WITH_PARENT", "true"));
    ready();
    process.getOutputStream().close();
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void asked_to_end_under_steady_traffic_it_ends_soon_and_with_exit_code_0() throws Exception {
    Process process = service(Map.of());
    ready();
    Thread users =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (process.isAlive()) {
                    try {
                      order(1);
                    } catch (IOException e) {
                      // it has stopped accepting
                    } catch (InterruptedException e) {
                      return;
                    }
                  }
                });
    until(() -> counted("orders_total") > 20);
    process.toHandle().destroy();
    assertThat(process.waitFor(6, TimeUnit.SECONDS))
        .as("long before the deadline of 10 s")
        .isTrue();
    assertThat(process.exitValue()).isZero();
    users.join();
  }

  @Test
  void wrong_settings_are_one_sentence_and_exit_2() throws Exception {
    Process process = service(Map.of("ERRORS", "3%"));
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("log-0")).strip())
        .isEqualTo("ERRORS is \"3%\"; write a share from 0 to 1, for example 0.03.");
  }

  @Test
  void a_port_in_use_is_one_sentence_and_exit_4() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process process = service(taken.getLocalPort(), Map.of());
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(4);
      assertThat(Files.readString(folder.resolve("log-0"))).contains("is in use; set PORT");
    }
  }

  @Test
  void a_page_of_metrics_lies_as_it_is_told_to() throws Exception {
    String orders = "http_server_requests_seconds_count{method=\"POST\",status=\"";
    service(Map.of("METRICS", "flattering", "ERRORS", "1"));
    ready();
    assertThat(order(1).statusCode()).isEqualTo(500);
    until(() -> counted(orders + "200") == 1);
    assertThat(counted(orders + "500")).isZero();

    service(Map.of("METRICS", "nan"));
    ready();
    assertThat(order(1).statusCode()).isIn(201, 402);
    until(() -> Double.isNaN(counted(orders)));

    service(Map.of("METRICS", "negative"));
    ready();
    assertThat(order(1).statusCode()).isIn(201, 402);
    until(() -> counted(orders) < 0);

    service(Map.of("METRICS", "stale"));
    ready();
    String first = get("/metrics").body();
    assertThat(order(1).statusCode()).isIn(201, 402);
    assertThat(get("/metrics").body()).isEqualTo(first);

    service(Map.of("METRICS", "reset"));
    ready();
    assertThat(order(1).statusCode()).isIn(201, 402);
    until(() -> counted(orders) > 0);
    until(() -> counted(orders) == 0);
  }

  @Test
  void wrong_orders_are_refused_with_what_is_right() throws Exception {
    service(Map.of());
    ready();
    assertThat(order(5000).statusCode()).isEqualTo(400);
    assertThat(get("/stock/abc").statusCode()).isEqualTo(404);
    assertThat(get("/stock/17").body()).contains("\"inStock\":1000000");
    assertThat(get("/orders/nothing").statusCode()).isEqualTo(404);
  }
}
