package dev.sluice.local.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sample.orders.OrderService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real order service as pods. */
class PodsTest {
  @TempDir private Path folder;

  private static PodTemplate orders(Map<String, String> env) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx48m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OrderService.class.getName());
    return new PodTemplate(command, env, "/readyz", Duration.ofSeconds(15));
  }

  private static void until(Callable<Boolean> so) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!so.call()) {
      assertThat(System.nanoTime()).as("it never came to that").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void a_pod_that_is_ended_answers_what_is_in_flight_though_it_also_ends_with_its_parent()
      throws Exception {
    try (Pods pods = new Pods(folder, BackOff.USUAL)) {
      pods.start(
          "set",
          orders(Map.of("SLOW_FACTOR", "1000", "GRACE", "100", "SLUICE_DIE_WITH_PARENT", "true")));
      until(() -> pods.all().getFirst().ready());
      Pod pod = pods.all().getFirst();
      URI uri = URI.create("http://127.0.0.1:" + pod.port() + "/orders");
      var answer =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(uri)
                      .POST(HttpRequest.BodyPublishers.ofString("{\"item\":1}"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding());
      until(() -> metrics(pod).contains("http_requests_in_flight{version=\"v1\"} 1"));
      pods.stop(pod.name());
      assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isIn(201, 402);
      until(() -> pods.all().isEmpty());
    }
  }

  @Test
  void a_pod_whose_process_dies_is_started_again_and_says_why_it_was_not_there() throws Exception {
    BackOff quick = new BackOff(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofDays(1));
    try (Pods pods = new Pods(folder, quick)) {
      pods.start("set", orders(Map.of("SLUICE_DIE_WITH_PARENT", "true")));
      until(() -> pods.all().getFirst().ready());
      pods.kill(pods.all().getFirst().name());
      until(() -> pods.all().getFirst().restarts() == 1);
      until(() -> pods.all().getFirst().ready());
    }
  }

  @Test
  void a_program_that_does_not_exist_is_trouble_in_a_sentence() throws Exception {
    try (Pods pods = new Pods(folder, BackOff.USUAL)) {
      pods.start(
          "set",
          new PodTemplate(List.of("/no/such/program"), Map.of(), "/readyz", Duration.ofSeconds(1)));
      until(() -> pods.all().getFirst().trouble().isPresent());
      assertThat(pods.all().getFirst().trouble().orElseThrow())
          .startsWith("its program cannot be started:")
          .contains("/no/such/program");
    }
  }

  private static String metrics(Pod pod) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pod.port() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
