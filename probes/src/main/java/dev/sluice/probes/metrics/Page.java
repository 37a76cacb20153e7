package dev.sluice.probes.metrics;

import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.engine.model.Metric;
import dev.sluice.probes.metrics.Convention.Protocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The page of a pod's metrics, and of it only what is judged: requests and calls that failed and
 * how long they took, by the names of the {@linkplain Convention#ALL conventions} that it keeps to,
 * and the metrics that the policy names.
 *
 * <p>What the {@linkplain Platform platform itself} asks does not count, as far as labels tell it.
 * Where a library has none that do, it counts as good requests, and {@link #mixed} says so. What
 * the policy selects itself is counted as it selects it.
 */
final class Page {
  private static final Set<String> NAMES = names();

  private final Sought sought;
  private final Set<String> wanted;
  private final Map<String, Selected> own = new HashMap<>();
  private final List<Requests> requests = new ArrayList<>();
  private final Levels levels = new Levels();

  private Page(Sought sought) {
    this.sought = sought;
    this.wanted = new HashSet<>(NAMES);
    sought
        .own()
        .forEach(
            (metric, selectors) -> {
              own.put(metric, Selected.of(metric, selectors));
              wanted.add(selectors.some().metric());
              wanted.add(selectors.total().metric());
            });
    Convention.ALL.forEach(convention -> requests.add(new Requests(convention)));
  }

  /**
   * @throws IllegalArgumentException if a series of these cannot be read
   */
  static Page of(String text, Sought sought) {
    Page page = new Page(sought);
    Exposition.read(text, page::wants, page::series);
    return page;
  }

  /** The same of a page in Prometheus' protobuf format. */
  static Page of(ByteBuffer families, Sought sought) {
    Page page = new Page(sought);
    Families.read(families, page::wants, page::series);
    return page;
  }

  /** What a text says. */
  static Map<String, Reading> read(String text, Sought sought) {
    return of(text, sought).readings();
  }

  /** Metrics without an event yet read 0: they are there, and nothing has happened. */
  Map<String, Reading> readings() {
    Map<String, Reading> read = new HashMap<>();
    read.put("errors", errors());
    latency().ifPresent(latency -> read.put("latency", latency));
    levels().forEach(read::put);
    own.forEach((metric, selected) -> read.put(metric, selected.reading()));
    return Map.copyOf(read);
  }

  /** Metrics in which the platform's requests may count as users'. */
  Set<String> mixed() {
    Set<String> mixed = new HashSet<>();
    if (counting().anyMatch(Requests::mixed)) {
      mixed.add(Metric.errors().name());
    }
    if (timing().filter(Requests::mixedTimed).isPresent()) {
      mixed.add(Metric.latency().name());
    }
    mixed.removeAll(own.keySet());
    own.forEach(
        (metric, selected) -> {
          if (selected.mixed()) {
            mixed.add(metric);
          }
        });
    return Set.copyOf(mixed);
  }

  /** Latencies are measured, but nothing is shown of them: what hides is a native histogram. */
  boolean hidesLatency() {
    return latency().isEmpty() && requests.stream().anyMatch(Requests::hidesBuckets);
  }

  /**
   * By which conventions requests are counted, of each protocol that which counts; the first that
   * has a status, else the first that is there.
   */
  static List<Requests> counting(String text) {
    Page page = of(text, Sought.nothing());
    List<Requests> counting = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      page.by(protocol)
          .filter(Requests::counts)
          .findFirst()
          .or(() -> page.by(protocol).filter(Requests::seen).findFirst())
          .ifPresent(counting::add);
    }
    return counting;
  }

  /** Calls by gRPC and requests by HTTP are others, and count together. */
  private Reading errors() {
    double bad = 0;
    double total = 0;
    for (Requests one : counting().toList()) {
      bad += one.bad();
      total += one.total();
    }
    return Reading.rate(bad, total);
  }

  private Stream<Requests> counting() {
    return Arrays.stream(Protocol.values())
        .flatMap(protocol -> by(protocol).filter(Requests::counts).limit(1));
  }

  /** Of gRPC's calls where there are any: who serves them answers by HTTP what is beside them. */
  private Optional<Reading> latency() {
    return timing().flatMap(Requests::latency);
  }

  private Optional<Requests> timing() {
    return Stream.concat(by(Protocol.GRPC), by(Protocol.HTTP))
        .filter(one -> one.latency().isPresent())
        .findFirst();
  }

  private Stream<Requests> by(Protocol protocol) {
    return requests.stream().filter(one -> one.protocol() == protocol);
  }

  private Map<String, Reading> levels() {
    Map<String, Reading> read = new HashMap<>();
    if (sought.asksFor(Metric.cpu())) {
      double requests = errors().values().getLast();
      levels.cpu(requests).ifPresent(level -> read.put(Metric.cpu().name(), level));
    }
    if (sought.asksFor(Metric.memory())) {
      levels.memory().ifPresent(level -> read.put(Metric.memory().name(), level));
    }
    if (sought.asksFor(Metric.saturation())) {
      levels.saturation().ifPresent(level -> read.put(Metric.saturation().name(), level));
    }
    return read;
  }

  private boolean wants(String series) {
    return wanted.contains(series) || (!sought.presets().isEmpty() && Levels.tells(series));
  }

  private void series(String name, Map<String, String> labels, double value) {
    levels.series(name, labels, value);
    own.values().forEach(selected -> selected.series(name, labels, value));
    for (Requests one : requests) {
      one.series(name, labels, value);
    }
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Convention convention : Convention.ALL) {
      names.add(convention.requests());
      names.add(convention.buckets());
    }
    return Set.copyOf(names);
  }
}
