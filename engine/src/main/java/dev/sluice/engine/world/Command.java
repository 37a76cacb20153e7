package dev.sluice.engine.world;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One human act, bound to a release.
 *
 * @param id unique; a command is carried out once
 * @param release the release that it is meant for
 * @param stage for approve: the stage; empty: the one that waits
 * @param by who gave it
 * @param groups that they are a member of
 * @param reason in their words
 */
public record Command(
    String id,
    String release,
    Action action,
    Optional<String> stage,
    String by,
    Set<String> groups,
    String reason,
    Instant at) {
  public Command {
    groups = Set.copyOf(groups);
  }

  public enum Action {
    APPROVE,
    PROMOTE,
    PAUSE,
    RESUME,
    ABORT,
    RETRY,
    UNDO
  }
}
