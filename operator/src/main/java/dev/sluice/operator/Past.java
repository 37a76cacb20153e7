package dev.sluice.operator;

import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Placebo;
import java.time.Duration;
import java.time.Instant;

/**
 * What half an hour without a release showed of stable's noise: for a process that comes after and
 * has not seen that half hour, so that neither a new start of the operator nor another line in the
 * policy makes the next release's judge begin without a past.
 *
 * @param hash of stable's set
 * @param background that was taken out of its counts
 * @param calibration by that half hour
 * @param at when it was over
 */
public record Past(String hash, Background background, Calibration calibration, Instant at) {
  /** When there is a newer half hour to be known. */
  private static final Duration NEW = Placebo.PLAYED;

  /** Whoever comes after has seen half an hour of its own by then. */
  private static final Duration OLD = NEW.plus(Placebo.PAST);

  /** Whether it tells of that set, counted like that. */
  private boolean of(String stableHash, Background takenOut) {
    return hash.equals(stableHash) && background.equals(takenOut);
  }

  boolean isNew(String stableHash, Background takenOut, Instant now) {
    return of(stableHash, takenOut) && now.isBefore(at.plus(NEW));
  }

  /** Whether a judge that begins now may be calibrated by it, where there is nothing better. */
  boolean serves(String stableHash, Background takenOut, Instant now) {
    return of(stableHash, takenOut) && now.isBefore(at.plus(OLD)) && calibration.known();
  }
}
