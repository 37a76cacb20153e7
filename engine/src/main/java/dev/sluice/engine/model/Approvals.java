package dev.sluice.engine.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Whose yes lets a release go on where a person is asked, and for how long.
 *
 * @param fourEyes not of who changed the template
 * @param groups of a member of one of these; empty: of anybody who may approve
 * @param people so many different ones must say it; at least 1
 * @param expires after that a yes counts for nothing; empty: it counts until the release ends
 */
public record Approvals(
    boolean fourEyes, Set<String> groups, int people, Optional<Duration> expires) {
  /** One yes of anybody who has the right. */
  public static final Approvals ANYBODY = new Approvals(false, Set.of(), 1, Optional.empty());

  public Approvals {
    groups = Set.copyOf(groups);
  }

  /** Whether a yes that was given then still counts. */
  public boolean counts(Instant given, Instant now) {
    return expires.filter(age -> !now.isBefore(given.plus(age))).isEmpty();
  }
}
