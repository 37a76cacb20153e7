package dev.sluice.cli.scene;

import dev.sluice.engine.world.Command.Action;
import java.util.Optional;

/**
 * What a person wants done, bound to one release.
 *
 * @param policy that the release belongs to
 * @param stage for approve: which; empty: the one that waits
 * @param by who wants it; a cluster asks nobody for that, it knows
 * @param reason in their words
 */
public record Act(
    String policy,
    String release,
    Action action,
    Optional<String> stage,
    String by,
    String reason) {}
