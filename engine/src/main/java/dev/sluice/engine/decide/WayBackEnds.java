package dev.sluice.engine.decide;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Served;
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
  private static final Duration DEAF = Duration.ofMinutes(5);

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
    Optional<Step> deaf = untilTheGatewayFollows(c, back, since);
    if (deaf.isPresent()) {
      return deaf;
    }
    return c.moves(
        run.with(new Run.TurnBack(back.end(), back.cause(), back.since(), true)), back.cause());
  }

  private static Optional<Step> untilTheGatewayFollows(Case c, Run.TurnBack back, Instant since) {
    Optional<Served> served = c.world().served();
    Instant until = since.plus(served.isEmpty() ? SEEN : DEAF);
    boolean follows = served.filter(s -> s.confirms(Share.NONE)).isPresent();
    if (c.world().route().isEmpty() || follows || !c.now().isBefore(until)) {
      return Optional.empty();
    }
    return c.waits(served.map(s -> stillServed(s, back)).orElse(back.cause()), Optional.of(until));
  }

  private static Reason stillServed(Served served, Run.TurnBack back) {
    return Reason.of(
        "still-served",
        "Nobody is to be sent to the candidate any more, but the data plane is seen to send it"
            + " %s or more: its pods stay until it follows, for up to %s. Look at the gateway."
            + " The way back was begun because: %s",
        new Share((int) (1000 * served.low())),
        Words.duration(DEAF),
        back.cause().sentence());
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
