package dev.sluice.engine.decide;

import dev.sluice.engine.world.World;
import java.time.Instant;
import java.util.Optional;

/**
 * On the way back: traffic has been taken off by the first write; then kept-alive connections may
 * finish, then the pods go, then everything is as the user wrote it. No branch waits on the
 * candidate.
 */
final class WayBackEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.ABORTING)) {
      return Optional.empty();
    }
    Run run = c.run();
    Run.TurnBack back = run.turnBack().orElseThrow();
    if (back.drained()) {
      return restored(c)
          ? c.moves(run.enter(back.end(), c.now()), back.cause())
          : c.waits(back.cause());
    }
    if (c.candidateIsReached()) {
      return back.since().isEmpty()
          ? c.waits(back.cause())
          : c.moves(
              run.with(new Run.TurnBack(back.end(), back.cause(), Optional.empty(), false)),
              back.cause());
    }
    if (back.since().isEmpty()) {
      var since = new Run.TurnBack(back.end(), back.cause(), Optional.of(c.now()), false);
      return c.moves(run.with(since), back.cause());
    }
    Instant over = back.since().get().plus(c.spec().drain());
    if (c.now().isBefore(over)) {
      return c.waits(back.cause(), Optional.of(over));
    }
    return c.moves(
        run.with(new Run.TurnBack(back.end(), back.cause(), back.since(), true)), back.cause());
  }

  private static boolean restored(Case c) {
    World world = c.world();
    boolean gone =
        world
            .set(c.run().versions().hash())
            .map(s -> !s.active() && (s.userOwned() || s.inDeployment()))
            .orElse(true);
    return gone && world.nothingOfARelease();
  }
}
