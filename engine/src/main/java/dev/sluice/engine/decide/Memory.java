package dev.sluice.engine.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must outlive a crash of whoever decides; written before anything is done.
 *
 * @param policy the policy's name
 * @param number of releases begun so far
 * @param run the release that runs, or the last one
 * @param warm the old version's set, kept for a way back after success
 * @param aborted templates that are released again only by retry (invariant 12), newest last
 * @param handled ids of commands that were carried out or refused, newest last
 */
public record Memory(
    String policy,
    long number,
    Optional<Run> run,
    Optional<Warm> warm,
    List<String> aborted,
    List<String> handled) {
  /** How many aborted templates and handled commands are remembered. */
  public static final int REMEMBERED = 50;

  public Memory {
    aborted = List.copyOf(aborted);
    handled = List.copyOf(handled);
  }

  /**
   * @param hash of the old version's set
   * @param until when its pods may go
   */
  public record Warm(String hash, Instant until) {}

  public static Memory fresh(String policy) {
    return new Memory(policy, 0, Optional.empty(), Optional.empty(), List.of(), List.of());
  }

  /** The release that has not ended. */
  public Optional<Run> running() {
    return run.filter(r -> !r.phase().ended());
  }

  /**
   * The same under a plan that was changed meanwhile: a release that is beyond its last stage is at
   * that one, and has yet to enter it.
   */
  public Memory under(Plan plan) {
    int last = plan.stages().size() - 1;
    return run.filter(r -> r.stage() > last)
        .map(r -> with(r.with(Run.Progress.at(last))))
        .orElse(this);
  }

  /**
   * The same by a clock that went back meanwhile, as that of another node may: nothing began later
   * than now, and nothing is kept warm for longer than it is to be. Else a release would wait until
   * the time comes that was remembered.
   */
  Memory notAfter(Instant now, Duration keepWarm) {
    Optional<Run> begun = run.map(r -> r.notAfter(now));
    Optional<Warm> kept =
        warm.map(
            w ->
                w.until().isAfter(now.plus(keepWarm)) ? new Warm(w.hash(), now.plus(keepWarm)) : w);
    return begun.equals(run) && kept.equals(warm)
        ? this
        : new Memory(policy, number, begun, kept, aborted, handled);
  }

  Memory with(Run run) {
    return new Memory(policy, number, Optional.of(run), warm, aborted, handled);
  }

  Memory begin(Run run) {
    return new Memory(policy, number + 1, Optional.of(run), warm, aborted, handled);
  }

  Memory withWarm(Optional<Warm> warm) {
    return new Memory(policy, number, run, warm, aborted, handled);
  }

  Memory withAborted(String template) {
    return new Memory(policy, number, run, warm, appended(without(template), template), handled);
  }

  Memory withoutAborted(String template) {
    return new Memory(policy, number, run, warm, without(template), handled);
  }

  Memory withHandled(String command) {
    return new Memory(policy, number, run, warm, aborted, appended(handled, command));
  }

  private List<String> without(String template) {
    return aborted.stream().filter(t -> !t.equals(template)).toList();
  }

  private static List<String> appended(List<String> list, String last) {
    List<String> more = new ArrayList<>(list);
    more.add(last);
    return more.subList(Math.max(0, more.size() - REMEMBERED), more.size());
  }
}
