package dev.sluice.probes.metrics.prometheus;

import java.util.List;
import java.util.Map;

/** What Prometheus says to one query. */
sealed interface Answer {
  /**
   * Samples of one moment; none: there is no such series, at least not now.
   *
   * @param all as they came, whatever their values
   */
  record Samples(List<Sample> all) implements Answer {
    public Samples {
      all = List.copyOf(all);
    }
  }

  /**
   * One series at that moment.
   *
   * @param labels without the metric's name where the query took it away
   */
  record Sample(Map<String, String> labels, double value) {
    public Sample {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * Nothing that could be used: neither good news nor bad.
   *
   * @param why to be said after "Prometheus": "did not answer within 5000 ms"
   */
  record Unknown(String why) implements Answer {}
}
