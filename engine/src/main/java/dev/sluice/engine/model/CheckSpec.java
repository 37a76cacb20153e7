package dev.sluice.engine.model;

import java.time.Duration;
import java.util.Optional;

/**
 * A yes or no at a moment. How it is found out is an adapter's matter.
 *
 * @param name unique within the policy
 * @param at when it must have said yes
 * @param stage for {@link Moment#BEFORE_STAGE}: which
 * @param timeout after which no answer is a no
 */
public record CheckSpec(String name, Moment at, Optional<String> stage, Duration timeout) {
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
}
