package dev.sluice.cli.init;

import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.cluster.Surroundings;
import java.util.List;
import java.util.Optional;

/**
 * All that was found out, and what a person has chosen.
 *
 * @param chosen routes that are to be split; empty: nobody has chosen
 * @param approve whether a person is to say yes before most users are moved; empty: nobody was
 *     asked
 */
record Seen(
    Surroundings around,
    MetricsSeen metrics,
    GatewaySeen gateway,
    Optional<List<Lead>> chosen,
    Optional<Boolean> approve) {
  Seen {
    chosen = chosen.map(List::copyOf);
  }

  /** Nobody was asked. */
  Seen(Surroundings around, MetricsSeen metrics, GatewaySeen gateway) {
    this(around, metrics, gateway, Optional.empty(), Optional.empty());
  }

  TrafficFit fit() {
    return TrafficFit.of(metrics.requests());
  }

  /** Whether the pods do not tell how their requests end, so that only a gateway can. */
  boolean mute() {
    return switch (metrics) {
      case MetricsSeen.Page page -> !page.findings().judgeable();
      case MetricsSeen.None _ -> true;
      case MetricsSeen.NotAsked _ -> false;
    };
  }
}
