package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.engine.model.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one page says of a metric with selectors of its own, counted as they select it.
 *
 * <p>If it is of requests, health checks and scrapes may be among them: a path that is theirs was
 * selected, too, or no label tells. It is of requests if it bears the name of a preset that is, or
 * if its total is a counter by whose name a {@linkplain Convention convention} counts requests. Of
 * orders and payments the platform makes none.
 */
final class Selected {
  private static final Set<String> OF_REQUESTS =
      Set.of(Metric.errors().name(), Metric.latency().name());

  private final Selectors selectors;
  private final boolean ofRequests;
  private final Optional<Convention> convention;
  private double some;
  private double total;
  private boolean seen;
  private boolean told;
  private boolean asked;

  private Selected(Selectors selectors, boolean ofRequests, Optional<Convention> convention) {
    this.selectors = selectors;
    this.ofRequests = ofRequests;
    this.convention = convention;
  }

  static Selected of(String metric, Selectors selectors) {
    Optional<Convention> convention = Convention.counting(selectors.total().metric());
    return new Selected(
        selectors, convention.isPresent() || OF_REQUESTS.contains(metric), convention);
  }

  void series(String name, Map<String, String> labels, double value) {
    if (selectors.some().selects(name, labels)) {
      some += value;
    }
    if (selectors.total().selects(name, labels)) {
      total += value;
      seen = true;
      if (ofRequests) {
        look(labels);
      }
    }
  }

  private void look(Map<String, String> labels) {
    String path = convention.map(c -> c.pathIn(labels)).orElseGet(() -> Convention.path(labels));
    told |= Platform.tells(path, labels);
    asked |= Platform.asks(path, labels);
  }

  Reading reading() {
    return Reading.rate(selectors.good() ? Math.max(0, total - some) : some, total);
  }

  /** Whether the platform's requests may be among those that it counts. */
  boolean mixed() {
    return ofRequests && seen && (asked || !told);
  }
}
