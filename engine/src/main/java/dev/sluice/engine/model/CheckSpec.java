package dev.sluice.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A yes or no at a moment. How it is found out is an adapter's matter.
 *
 * @param name unique within the policy
 * @param at when it must have said yes
 * @param stage for {@link Moment#BEFORE_STAGE}: which
 * @param timeout after which no answer is a no
 * @param onNo what a no means
 */
public record CheckSpec(
    String name, Moment at, Optional<String> stage, Duration timeout, OnNo onNo) {
  public enum Moment {
    /** Before anything is changed. */
    BEFORE_RELEASE,
    /** The candidate's pods are ready, no user has reached them. */
    BEFORE_TRAFFIC,
    /** Before the named stage is entered. */
    BEFORE_STAGE,
    BEFORE_FLIP,
    /** During the bake; a no takes the way back. */
    AFTER_FLIP
  }

  public enum OnNo {
    /** The release ends, by the way back where traffic had moved. */
    ABORT,
    /** The release stands until the driver has tried again and the answer is yes. */
    HOLD
  }

  private static final String WAY_BACK = "way-back";
  private static final String WAY_BACK_AGAIN = "way-back-again";

  /**
   * The rehearsals of the way back: before traffic, and again before the flip, one fresh pod of
   * stable, selected by no Service, must become ready under the configuration, secrets and nodes of
   * today. A no says nothing against the candidate, so it holds.
   *
   * @param within time for a pod of stable to become ready
   */
  public static List<CheckSpec> rehearsals(Duration within) {
    return List.of(
        rehearsal(WAY_BACK, Moment.BEFORE_TRAFFIC, within),
        rehearsal(WAY_BACK_AGAIN, Moment.BEFORE_FLIP, within));
  }

  /** Whether the check of that name is a rehearsal of the way back. */
  public static boolean isRehearsal(String name) {
    return name.equals(WAY_BACK) || name.equals(WAY_BACK_AGAIN);
  }

  private static CheckSpec rehearsal(String name, Moment at, Duration within) {
    return new CheckSpec(name, at, Optional.empty(), within, OnNo.HOLD);
  }
}
