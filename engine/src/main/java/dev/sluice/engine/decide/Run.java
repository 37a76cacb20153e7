package dev.sluice.engine.decide;

import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One release, as much of it as must outlive a crash.
 *
 * @param id policy name and number
 * @param versions which two versions it is about
 * @param undo a way back after success: no stages, one flip
 * @param since when the phase began
 * @param progress within the stages, and the bake
 * @param approved what people have said yes to, each person's last word on each gate
 * @param retreat why the candidate has no traffic for now
 * @param retreats how often it came to that
 * @param enough what the candidate was last seen to have enough pods for
 * @param turnBack once it is on its way back
 */
public record Run(
    String id,
    Versions versions,
    boolean undo,
    Phase phase,
    Instant since,
    Progress progress,
    List<Yes> approved,
    Optional<Reason> retreat,
    int retreats,
    Optional<Enough> enough,
    Optional<TurnBack> turnBack) {
  public Run {
    approved = List.copyOf(approved);
  }

  /**
   * @param template the new version's pod template
   * @param hash the candidate set's
   * @param stableTemplate the template that serves when the release begins
   * @param stableHash the set that serves when the release begins
   */
  public record Versions(String template, String hash, String stableTemplate, String stableHash) {}

  /**
   * @param stage index into the strategy's stages
   * @param entered whether the route was seen to be written as the stage asks
   * @param pausedAt observed time at which a person paused
   * @param discount observed time that passed while paused: it counts for nothing
   * @param promoted a person has said to skip what is left to wait for
   */
  public record Progress(
      int stage,
      boolean entered,
      Optional<Duration> pausedAt,
      Duration discount,
      boolean promoted) {
    static Progress at(int stage) {
      return new Progress(stage, false, Optional.empty(), Duration.ZERO, false);
    }

    /** The first stage again; who had paused has paused it. */
    Progress fromTheStart() {
      return new Progress(0, false, pausedAt.map(_ -> Duration.ZERO), Duration.ZERO, promoted);
    }

    Progress withEntered(boolean now) {
      return new Progress(stage, now, pausedAt, discount, promoted);
    }

    Progress paused(Duration observed) {
      return new Progress(stage, entered, Optional.of(observed), discount, promoted);
    }

    Progress resumed(Duration observed) {
      Duration lost = pausedAt.map(observed::minus).orElse(Duration.ZERO);
      Duration more = lost.isNegative() ? Duration.ZERO : lost;
      return new Progress(stage, entered, Optional.empty(), discount.plus(more), promoted);
    }

    Progress asPromoted() {
      return new Progress(stage, entered, Optional.empty(), discount, true);
    }
  }

  /**
   * @param end what it will have ended as
   * @param cause why
   * @param since when the way back was first seen to be in place
   * @param drained whether nobody reaches the candidate any more
   */
  public record TurnBack(Phase end, Reason cause, Optional<Instant> since, boolean drained) {}

  /**
   * A service that grows (an autoscaler, more traffic) asks for more pods of the candidate than
   * were enough until then: nothing is lost, and stable, which is as short of pods as the
   * candidate, is no place to send the traffic back to.
   *
   * @param share that the candidate served
   * @param pods ready ones, that were enough for it
   * @param outgrown since when more are needed for the same share
   */
  public record Enough(Share share, int pods, Optional<Instant> outgrown) {}

  static Run begin(String id, Versions versions, boolean undo, Instant now) {
    Phase first = undo ? Phase.HANDING_OVER : Phase.CHECKING;
    return new Run(
        id,
        versions,
        undo,
        first,
        now,
        Progress.at(0),
        List.of(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  public int stage() {
    return progress.stage();
  }

  /** Whether a person has paused it. */
  public boolean paused() {
    return progress.pausedAt().isPresent();
  }

  Run enter(Phase next, Instant now) {
    return with(next, now, Progress.at(stage()), retreat, retreats, enough, turnBack);
  }

  Run with(Progress next) {
    return with(phase, since, next, retreat, retreats, enough, turnBack);
  }

  /** A person's later yes takes the place of their earlier one. */
  Run approve(Yes yes) {
    List<Yes> more =
        new ArrayList<>(
            approved.stream()
                .filter(y -> !(y.gate().equals(yes.gate()) && y.by().equals(yes.by())))
                .toList());
    more.add(yes);
    return new Run(
        id, versions, undo, phase, since, progress, more, retreat, retreats, enough, turnBack);
  }

  Run retreated(Reason why) {
    return retreated(why, progress.withEntered(false));
  }

  /** The same, to come back at the first stage. */
  Run retreatedToTheStart(Reason why) {
    return retreated(why, progress.fromTheStart());
  }

  private Run retreated(Reason why, Progress again) {
    return with(phase, since, again, Optional.of(why), retreats + 1, Optional.empty(), turnBack);
  }

  Run with(Enough seen) {
    return with(phase, since, progress, retreat, retreats, Optional.of(seen), turnBack);
  }

  Run advanced() {
    return with(phase, since, progress, Optional.empty(), retreats, enough, turnBack);
  }

  Run turnBack(Phase end, Reason cause, Instant now) {
    TurnBack begun = new TurnBack(end, cause, Optional.empty(), false);
    return with(
        Phase.ABORTING,
        now,
        Progress.at(stage()),
        Optional.empty(),
        retreats,
        Optional.empty(),
        Optional.of(begun));
  }

  /** As {@link Memory#notAfter}. */
  Run notAfter(Instant now) {
    if (since.isAfter(now)) {
      return with(phase, now, progress, retreat, retreats, enough, turnBack).notAfter(now);
    }
    Optional<Enough> ahead = enough.filter(e -> e.outgrown().filter(now::isBefore).isPresent());
    if (ahead.isPresent()) {
      Enough seen = ahead.get();
      return with(new Enough(seen.share(), seen.pods(), Optional.of(now))).notAfter(now);
    }
    return turnBack
        .filter(back -> back.since().filter(now::isBefore).isPresent())
        .map(back -> with(new TurnBack(back.end(), back.cause(), Optional.of(now), back.drained())))
        .orElse(this);
  }

  Run with(TurnBack next) {
    return with(phase, since, progress, retreat, retreats, enough, Optional.of(next));
  }

  /** The same release, further on. */
  private Run with(
      Phase phase,
      Instant since,
      Progress progress,
      Optional<Reason> retreat,
      int retreats,
      Optional<Enough> enough,
      Optional<TurnBack> turnBack) {
    return new Run(
        id, versions, undo, phase, since, progress, approved, retreat, retreats, enough, turnBack);
  }
}
