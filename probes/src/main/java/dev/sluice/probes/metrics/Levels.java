package dev.sluice.probes.metrics;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a page says of processor time, memory and pools, by the names that the usual libraries give
 * them. Of several that a page has, the first counts.
 */
final class Levels {
  /** A counter or a level, summed over its series, all in one unit. */
  private record Named(String series, String label, String value, double unit) {
    static Named of(String series) {
      return new Named(series, "", "", 1);
    }
  }

  /** In seconds. */
  private static final List<Named> CPU =
      List.of(
          // the client libraries of Prometheus, in all their languages
          Named.of("process_cpu_seconds_total"),
          // Micrometer
          new Named("process_cpu_time_ns_total", "", "", 1e-9),
          // OpenTelemetry
          Named.of("process_cpu_time_seconds_total"),
          Named.of("jvm_cpu_time_seconds_total"));

  /** In bytes. Memory of the process first: a heap goes up and down with each collection. */
  private static final List<Named> MEMORY =
      List.of(
          Named.of("process_resident_memory_bytes"),
          // OpenTelemetry
          Named.of("process_memory_usage_bytes"),
          // Micrometer and the Java client of Prometheus
          new Named("jvm_memory_used_bytes", "area", "heap", 1),
          // OpenTelemetry
          new Named("jvm_memory_used_bytes", "jvm_memory_type", "heap", 1));

  /** What is busy, of how much (empty: it is a part already), pool by pool. */
  private record Pool(String busy, String state, String most, List<String> names) {
    static Pool of(String busy, String most, String... names) {
      return new Pool(busy, "", most, List.of(names));
    }

    String name(Map<String, String> labels) {
      return names.stream().map(name -> labels.getOrDefault(name, "")).toList().toString();
    }
  }

  private static final List<Pool> POOLS =
      List.of(
          // HikariCP, Tomcat, Jetty, executors: Micrometer
          Pool.of("hikaricp_connections_active", "hikaricp_connections_max", "pool"),
          Pool.of("tomcat_threads_busy_threads", "tomcat_threads_config_max_threads", "name"),
          Pool.of("jetty_threads_busy", "jetty_threads_config_max"),
          Pool.of("executor_active_threads", "executor_pool_max_threads", "name"),
          Pool.of("jdbc_connections_active", "jdbc_connections_max", "name"),
          Pool.of(
              "r2dbc_pool_acquired_connections", "r2dbc_pool_max_allocated_connections", "name"),
          // OpenTelemetry, before and after its conventions of databases became stable
          new Pool(
              "db_client_connections_usage",
              "used",
              "db_client_connections_max",
              List.of("pool_name")),
          new Pool(
              "db_client_connection_count",
              "used",
              "db_client_connection_max",
              List.of("db_client_connection_pool_name")),
          // database/sql of Go
          Pool.of("go_sql_in_use_connections", "go_sql_max_open_connections", "db_name"),
          Pool.of(
              "go_sql_stats_connections_in_use", "go_sql_stats_connections_max_open", "db_name"),
          // parts of a whole already: Vert.x and Quarkus, Node
          Pool.of("worker_pool_ratio", "", "pool_name"),
          Pool.of("nodejs_eventloop_utilization", ""),
          // files and sockets, the client libraries of Prometheus
          Pool.of("process_open_fds", "process_max_fds"));

  private static final Set<String> NAMES = names();

  private final Map<Named, Double> sums = new HashMap<>();

  private final Map<String, Double> busy = new HashMap<>();
  private final Map<String, Double> most = new HashMap<>();

  /** Whether that series is a level, or something that levels are made of. */
  static boolean tells(String series) {
    return NAMES.contains(series);
  }

  void series(String name, Map<String, String> labels, double value) {
    if (!tells(name) || !Double.isFinite(value) || value < 0) {
      return;
    }
    add(CPU, name, labels, value);
    add(MEMORY, name, labels, value);
    for (Pool pool : POOLS) {
      if (name.equals(pool.most())) {
        var _ = most.merge(pool.most() + pool.name(labels), value, Double::sum);
      }
      boolean used = pool.state().isEmpty() || labels.containsValue(pool.state());
      if (name.equals(pool.busy()) && used) {
        String one = pool.most() + pool.name(labels);
        var _ = busy.merge(one, value, Double::sum);
        if (pool.most().isEmpty()) {
          var _ = most.put(one, 1.0);
        }
      }
    }
  }

  private void add(List<Named> of, String name, Map<String, String> labels, double value) {
    for (Named named : of) {
      boolean meant =
          named.series().equals(name)
              && (named.label().isEmpty()
                  || named.value().equals(labels.getOrDefault(named.label(), "")));
      if (meant) {
        var _ = sums.merge(named, value * named.unit(), Double::sum);
      }
    }
  }

  /**
   * Processor time over requests.
   *
   * @param requests that the page counts
   * @return empty where the page tells of no processor time, or of no request yet
   */
  Optional<Reading> cpu(double requests) {
    return requests == 0
        ? Optional.empty()
        : first(CPU).map(seconds -> Reading.rate(seconds, requests));
  }

  /** Bytes that are held. */
  Optional<Reading> memory() {
    return first(MEMORY).map(Reading::level);
  }

  /** The busy part of the fullest pool, 0..1; empty where the page tells of none. */
  Optional<Reading> saturation() {
    return busy.entrySet().stream()
        .filter(pool -> most.getOrDefault(pool.getKey(), 0.0) > 0)
        .map(pool -> pool.getValue() / most.getOrDefault(pool.getKey(), 1.0))
        .max(Double::compare)
        .map(Reading::level);
  }

  private Optional<Double> first(List<Named> of) {
    return of.stream().flatMap(named -> Optional.ofNullable(sums.get(named)).stream()).findFirst();
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>();
    CPU.forEach(named -> names.add(named.series()));
    MEMORY.forEach(named -> names.add(named.series()));
    POOLS.forEach(pool -> names.addAll(List.of(pool.busy(), pool.most())));
    names.remove("");
    return Set.copyOf(names);
  }
}
