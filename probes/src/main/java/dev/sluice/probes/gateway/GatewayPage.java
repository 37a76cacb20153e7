package dev.sluice.probes.gateway;

import dev.sluice.probes.metrics.Exposition;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One page of one process of a gateway: what it has counted of some backends since it started.
 * Which gateway it is, the names of its series tell.
 *
 * @param started when the process did, as far as the page says it
 * @param counters by backend, then by series; a series that is not there has counted nothing
 */
public record GatewayPage(Optional<Instant> started, Map<Backend, Map<String, Counter>> counters) {
  private static final String UPTIME = "envoy_server_uptime";
  private static final String START = "process_start_time_seconds";
  private static final Set<String> NAMES = names();

  /**
   * One series.
   *
   * @param kind of what it counts
   */
  record Counter(Kind kind, double value) {}

  public GatewayPage {
    counters = Map.copyOf(counters);
  }

  /**
   * @param asked whose counters are kept
   * @param now when the page was got
   * @throws IllegalArgumentException if a series that counts cannot be read
   */
  public static GatewayPage read(String text, Set<Backend> asked, Instant now) {
    Map<Backend, Map<String, Counter>> counters = new HashMap<>();
    asked.forEach(backend -> counters.put(backend, new HashMap<>()));
    Map<String, Instant> started = new HashMap<>();
    Exposition.read(
        text,
        NAMES::contains,
        (name, labels, value) -> {
          if (name.equals(UPTIME)) {
            started.put(name, now.minusSeconds((long) value));
          } else if (name.equals(START)) {
            started.put(name, Instant.ofEpochSecond((long) value));
          }
          for (Dialect dialect : Dialect.ALL) {
            dialect
                .read(name, labels, asked)
                .ifPresent(
                    counted ->
                        counters
                            .computeIfAbsent(counted.backend(), _ -> new HashMap<>())
                            .merge(
                                name + new TreeMap<>(labels),
                                new Counter(counted.kind(), value),
                                (a, b) -> new Counter(a.kind(), a.value() + b.value())));
          }
        });
    return new GatewayPage(
        Optional.ofNullable(started.get(UPTIME)).or(() -> Optional.ofNullable(started.get(START))),
        counters);
  }

  /** All that this process has counted of a backend. */
  public Sent sent(Backend backend) {
    Tally tally = new Tally();
    counters.getOrDefault(backend, Map.of()).values().forEach(c -> tally.add(c.kind(), c.value()));
    return tally.sent();
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>(Set.of(UPTIME, START));
    Dialect.ALL.forEach(dialect -> names.addAll(dialect.names()));
    return Set.copyOf(names);
  }
}
