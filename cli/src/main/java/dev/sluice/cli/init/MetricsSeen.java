package dev.sluice.cli.init;

import dev.sluice.probes.metrics.Findings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/** What the pods showed of their metrics. */
sealed interface MetricsSeen {
  /**
   * A page was found.
   *
   * @param place where each pod shows it
   * @param pods that were asked
   * @param perSecond requests of all pods together; empty: two looks were not to be had
   * @param within of all requests so far, how many took at most so many seconds; empty: not told
   */
  record Page(
      Place place,
      int pods,
      Findings findings,
      OptionalDouble perSecond,
      SortedMap<Double, Double> within)
      implements MetricsSeen {}

  /**
   * The pods were asked and show none.
   *
   * @param asked where
   */
  record None(List<Place> asked) implements MetricsSeen {
    public None {
      asked = List.copyOf(asked);
    }
  }

  /**
   * Nobody could be asked.
   *
   * @param why a sentence
   * @param likely where a page is, as far as anybody says; empty: nobody does
   */
  record NotAsked(String why, Optional<Place> likely) implements MetricsSeen {}

  /** Requests of all pods together, each second; empty: not known. */
  default OptionalDouble requests() {
    return this instanceof Page page ? page.perSecond() : OptionalDouble.empty();
  }
}
