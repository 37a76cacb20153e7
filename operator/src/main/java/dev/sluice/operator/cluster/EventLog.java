package dev.sluice.operator.cluster;

import dev.sluice.kubernetes.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which decisions become events of their own, and which are one more of a series, as Kubernetes'
 * own event broadcaster has it: the same again within six minutes is counted, not repeated. A loop
 * that is fought with writes twenty events at once and then one a second.
 */
final class EventLog {
  private static final int AT_ONCE = 20;
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration SERIES = Duration.ofMinutes(6);
  private static final int MOST_SERIES = 100;

  private final Bucket bucket;
  private final Map<String, Series> series = new LinkedHashMap<>();

  /**
   * @param name of the event object; empty until it is written
   * @param count how often it came to that, those included that were not written
   */
  private record Series(Optional<String> name, int count, Instant last) {}

  /** What is to be written. */
  sealed interface Told {
    /** An event of its own. */
    record Once() implements Told {}

    /** The event of that name has been seen so often by now. */
    record Again(String name, int count) implements Told {}

    /** Nothing, for now. */
    record Nothing() implements Told {}
  }

  EventLog(Instant now) {
    this.bucket = new Bucket(AT_ONCE, EACH, now);
  }

  /**
   * @param key the same for what a person would call the same event
   */
  Told told(String key, Instant now) {
    Series next =
        Optional.ofNullable(series.remove(key))
            .filter(before -> now.isBefore(before.last().plus(SERIES)))
            .map(before -> new Series(before.name(), before.count() + 1, now))
            .orElseGet(() -> new Series(Optional.empty(), 1, now));
    series.put(key, next);
    if (series.size() > MOST_SERIES) {
      series.remove(series.keySet().iterator().next());
    }
    if (!bucket.take(now)) {
      return new Told.Nothing();
    }
    return next.name().isPresent()
        ? new Told.Again(next.name().get(), next.count())
        : new Told.Once();
  }

  /** That one was written under that name. */
  void written(String key, String name) {
    series.computeIfPresent(key, (_, s) -> new Series(Optional.of(name), s.count(), s.last()));
  }

  /** Its event is not there any more, or was never written: the next one is one of its own. */
  void forget(String key) {
    series.remove(key);
  }
}
