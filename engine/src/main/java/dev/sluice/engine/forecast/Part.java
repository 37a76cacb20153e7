package dev.sluice.engine.forecast;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.sequence.Write;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One part of a release that is forecast.
 *
 * @param name the stage's, else what it is
 * @param from since the template changed
 * @param until when the next one begins; of the last one: when its last write was done
 * @param served share of the ordinary requests that the candidate gets in it
 * @param stable the most pods of the old version in it
 * @param candidate the most pods of the new one
 * @param most pods of both at one moment
 * @param writes in their order
 * @param asks what a person must say yes to in it
 */
public record Part(
    Kind kind,
    String name,
    Duration from,
    Duration until,
    Share served,
    int stable,
    int candidate,
    int most,
    List<Write> writes,
    List<String> asks) {
  public Part {
    writes = List.copyOf(writes);
    asks = List.copyOf(asks);
  }

  /** What happens in it. */
  public enum Kind {
    /** Entry points are pinned and pods are started. */
    PREPARE,
    STAGE,
    BAKE,
    HAND_OVER,
    /** The new version alone serves; the old pods stay. */
    KEEP_WARM,
    /** The old pods go, and all is as its user wrote it. */
    CLEAR,
    /** The way back. */
    BACK;

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  public Duration lasts() {
    return until.minus(from);
  }
}
