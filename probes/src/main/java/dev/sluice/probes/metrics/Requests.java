package dev.sluice.probes.metrics;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one page says of its requests under one convention. */
final class Requests {
  private final Convention convention;
  private boolean seen;
  private boolean counts;
  private boolean told;
  private boolean toldTimed;
  private double bad;
  private double total;
  private final SortedMap<Double, double[]> le = new TreeMap<>();

  Requests(Convention convention) {
    this.convention = convention;
  }

  void series(String name, Map<String, String> labels, double value) {
    boolean of = name.equals(convention.requests()) || name.equals(convention.buckets());
    if (!of || !convention.answered(labels)) {
      return;
    }
    if (name.equals(convention.requests())) {
      seen = true;
      Optional<String> status = convention.statusIn(labels);
      counts |= status.isPresent();
      told |= tells(labels);
      if (status.isPresent() && byUsers(labels)) {
        total += value;
        bad += convention.failed(status.get()) ? value : 0;
      }
      return;
    }
    toldTimed |= tells(labels);
    if (byUsers(labels)) {
      double bound = Exposition.number(labels.getOrDefault("le", "+Inf")) * convention.seconds();
      double[] sum = le.computeIfAbsent(bound, _ -> new double[2]);
      sum[0] += value;
      sum[1]++;
    }
  }

  private boolean tells(Map<String, String> labels) {
    return Platform.tells(convention.pathIn(labels), labels);
  }

  private boolean byUsers(Map<String, String> labels) {
    return !Platform.asks(convention.pathIn(labels), labels);
  }

  Convention convention() {
    return convention;
  }

  Convention.Protocol protocol() {
    return convention.protocol();
  }

  /** The page has such a counter, whether or not failures can be told by it. */
  boolean seen() {
    return seen;
  }

  /** The page keeps to this convention, and has a status from which to tell. */
  boolean counts() {
    return counts;
  }

  /** It counts, and no label of any of its series tells the platform's requests. */
  boolean mixed() {
    return counts && !told;
  }

  /** The same of its histogram. */
  boolean mixedTimed() {
    return !le.isEmpty() && !toldTimed;
  }

  double bad() {
    return bad;
  }

  double total() {
    return total;
  }

  /** It has a histogram of which nothing but the number of its values is shown. */
  boolean hidesBuckets() {
    return le.keySet().equals(Set.of(Double.POSITIVE_INFINITY));
  }

  /** Over the bounds that all of the series have: cumulative counts add up only there. */
  Optional<Reading> latency() {
    double[] all = le.getOrDefault(Double.POSITIVE_INFINITY, new double[2]);
    SortedMap<Double, Double> shared = new TreeMap<>();
    le.forEach(
        (bound, sum) -> {
          if (sum[1] == all[1]) {
            shared.put(bound, sum[0]);
          }
        });
    return shared.size() < 2 ? Optional.empty() : Optional.of(Reading.histogram(shared));
  }
}
