package dev.sluice.cli.scene;

import dev.sluice.engine.world.Command.Action;
import java.util.Optional;
import java.util.Set;

/**
 * What a person wants done, bound to one release.
 *
 * @param policy that the release belongs to
 * @param stage for approve: which; empty: the one that waits
 * @param by who wants it; a cluster asks nobody for that, it knows
 * @param groups that they are in; likewise
 * @param reason in their words
 */
public record Act(
    String policy,
    String release,
    Action action,
    Optional<String> stage,
    String by,
    Set<String> groups,
    String reason) {
  public Act {
    groups = Set.copyOf(groups);
  }
}
