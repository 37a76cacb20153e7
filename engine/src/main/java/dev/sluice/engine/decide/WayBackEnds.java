package dev.sluice.engine.decide;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * On the way back: traffic has been taken off by the first write; then kept-alive connections may
 * finish, then the pods go, then everything is as the user wrote it. No branch waits on the
 * candidate. A gateway that was told and does not follow is waited for, within limits: whom it
 * still sends there would meet pods that are gone.
 */
final class WayBackEnds implements Rule {
  /**
   * A gateway follows in less, and is seen to; what nobody can tell after that is not waited for.
   */
  private static final Duration SEEN = Duration.ofSeconds(10);

  /** After so long somebody else must send there. */
  static final Duration DEAF = Duration.ofMinutes(5);

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
    Instant since = back.since().get();
    Instant over = since.plus(c.spec().drain());
    if (c.now().isBefore(over)) {
      return c.waits(back.cause(), Optional.of(over));
    }
    if (c.world().route().isPresent()
        && c.world().served().isEmpty()
        && c.now().isBefore(since.plus(SEEN))) {
      return c.waits(back.cause(), Optional.of(since.plus(SEEN)));
    }
    if (c.world().route().isPresent() && stillServed(c) && c.now().isBefore(since.plus(DEAF))) {
      return c.waits(
          Reason.of(
              "still-served",
              "Nobody is to be sent to the candidate any more, but the data plane is seen to send it"
                  + " %s or more: its pods stay until it follows, for up to %s. Look at the gateway."
                  + " The way back was begun because: %s",
              new Share((int) (1000 * c.world().served().get().low())),
              Words.duration(DEAF),
              back.cause().sentence()),
          Optional.of(since.plus(DEAF)));
    }
    return c.moves(
        run.with(new Run.TurnBack(back.end(), back.cause(), back.since(), true)), back.cause());
  }

  private static boolean stillServed(Case c) {
    return c.world().served().filter(s -> !s.confirms(Share.NONE)).isPresent();
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
