package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Processor time, memory, pools and restarts, from what pods show. */
class LevelsTest {
  private static final Sought ALL =
      new Sought(Map.of(), Set.of("cpu", "memory", "saturation", "restarts"));
  private static final String REQUESTS =
      """
      http_server_requests_seconds_count{status="200",uri="/orders"} 40
      """;

  @Test
  void a_client_library_of_prometheus_tells_of_its_process() {
    assertThat(
            read(
                """
                process_cpu_seconds_total 12.5
                process_resident_memory_bytes 3.0e+08
                jvm_memory_used_bytes{area="heap"} 1.0e+08
                process_open_fds 50
                process_max_fds 1000
                """))
        .containsEntry("cpu", Reading.rate(12.5, 40))
        .containsEntry("memory", Reading.level(3e8))
        .containsEntry("saturation", Reading.level(0.05));
  }

  @Test
  void micrometer_tells_of_its_heap_and_of_each_pool_and_the_fullest_counts() {
    assertThat(
            read(
                """
                process_cpu_time_ns_total 2.5E9
                jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 100
                jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 200
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 900
                hikaricp_connections_active{pool="orders"} 9
                hikaricp_connections_max{pool="orders"} 10
                hikaricp_connections_active{pool="reports"} 1
                hikaricp_connections_max{pool="reports"} 10
                tomcat_threads_busy_threads{name="http-nio-8080"} 20
                tomcat_threads_config_max_threads{name="http-nio-8080"} 200
                """))
        .containsEntry("cpu", Reading.rate(2.5, 40))
        .containsEntry("memory", Reading.level(300))
        .containsEntry("saturation", Reading.level(0.9));
  }

  @Test
  void opentelemetry_tells_what_is_used_and_what_is_idle_apart() {
    assertThat(
            read(
                """
                jvm_cpu_time_seconds_total 4
                db_client_connection_count{db_client_connection_pool_name="a",db_client_connection_state="used"} 3
                db_client_connection_count{db_client_connection_pool_name="a",db_client_connection_state="idle"} 1
                db_client_connection_max{db_client_connection_pool_name="a"} 4
                """))
        .containsEntry("cpu", Reading.rate(4, 40))
        .containsEntry("saturation", Reading.level(0.75));
  }

  @Test
  void node_tells_the_busy_part_itself() {
    assertThat(read("nodejs_eventloop_utilization 0.6\n"))
        .containsEntry("saturation", Reading.level(0.6));
  }

  @Test
  void a_level_that_is_no_number_is_not_known_and_spoils_nothing() {
    assertThat(
            read(
                """
                process_resident_memory_bytes NaN
                hikaricp_connections_active{pool="closed"} NaN
                hikaricp_connections_max{pool="closed"} 10
                tomcat_threads_busy_threads{name="a"} 2
                tomcat_threads_config_max_threads{name="a"} -1
                """))
        .containsEntry("errors", Reading.rate(0, 40))
        .doesNotContainKeys("memory", "saturation", "cpu");
  }

  @Test
  void without_requests_there_is_no_processor_time_of_a_request() {
    assertThat(Page.read("process_cpu_seconds_total 12.5\n", ALL)).doesNotContainKey("cpu");
  }

  @Test
  void what_no_policy_asks_for_is_not_read() {
    assertThat(Page.read(REQUESTS + "process_cpu_seconds_total 12.5\n", Sought.nothing()))
        .containsOnlyKeys("errors");
  }

  @Test
  void restarts_are_told_beside_what_a_pod_shows_and_a_silent_pod_stays_silent() {
    Map<String, Reading> shown = Map.of("errors", Reading.rate(0, 1));
    assertThat(ALL.with(shown, 2, Duration.ofSeconds(90)))
        .containsEntry("restarts", Reading.rate(2, 90))
        .containsKey("errors");
    assertThat(ALL.with(Map.of(), 2, Duration.ofSeconds(90))).isEmpty();
    assertThat(Sought.nothing().with(shown, 2, Duration.ofSeconds(90))).isEqualTo(shown);
  }

  private static Map<String, Reading> read(String page) {
    return Page.read(String.join("", List.of(REQUESTS, page)), ALL);
  }
}
