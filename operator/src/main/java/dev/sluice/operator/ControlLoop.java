package dev.sluice.operator;

import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.sequence.Sequencer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Observe, fold, decide, record, sequence, act; then again. Level-triggered: what to do follows
 * from what is seen and what was recorded, so a process that is killed anywhere in between is
 * continued by the next one (invariant 4). Nothing is done that was not recorded first.
 *
 * <p>One thread runs it; {@link #poke} and {@link #stop} may come from any.
 */
public final class ControlLoop {
  /** More rounds without rest than any release needs: something fights with us. */
  static final int ROUNDS = 100;

  private final Spec spec;
  private final Plan plan;
  private final Ports ports;
  private final Settings settings;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private final Listener listener;
  private final Witness witness;
  private final Patience patience;
  private final Troubles troubles;
  private final Refusals refusals = new Refusals();
  private final Pending pending = new Pending();
  private Saved saved;
  private Optional<Instant> storedAt = Optional.empty();
  private volatile boolean stopped;

  /** What the loop works on. */
  public record Ports(Observer observer, Actuator actuator, EvidenceSource evidence, Store store) {}

  /** What the loop's time and chance are made of. */
  public record Clockwork(InstantSource clock, Sleeper sleeper, RandomGenerator random) {
    /** Real time, as it passes, and real chance. */
    public static Clockwork real() {
      return new Clockwork(
          SteadyClock.SYSTEM, Sleeper.real(), RandomGenerator.of("L64X128MixRandom"));
    }
  }

  /**
   * Continues from what is stored, or begins.
   *
   * @param policy its name: the releases are numbered under it
   * @throws IOException if what is stored cannot be read, or must not be touched
   */
  public ControlLoop(
      String policy,
      Spec spec,
      Ports ports,
      Settings settings,
      Clockwork clockwork,
      Listener listener)
      throws IOException {
    this.spec = spec;
    this.plan = Plan.of(spec);
    this.ports = ports;
    this.settings = settings;
    this.clock = clockwork.clock();
    this.sleeper = clockwork.sleeper();
    this.listener = listener;
    this.witness =
        new Witness(plan, ports.evidence(), settings.tick(), clockwork.random(), listener);
    this.patience = new Patience(settings.retry(), settings.ceiling(), clockwork.random());
    this.troubles = new Troubles(listener);
    this.saved =
        ports
            .store()
            .load()
            .map(Saved::withoutOldCounters)
            .map(saved -> saved.under(plan))
            .orElseGet(() -> SavedVerdict.nothingYet(policy, plan, settings.tick()));
  }

  /** Runs until {@link #stop}. */
  public void run() throws InterruptedException {
    runUntil(_ -> false);
  }

  /**
   * Runs until {@link #stop}, or until that is true after a pass.
   *
   * @return what was recorded last
   */
  public Saved runUntil(Predicate<Saved> over) throws InterruptedException {
    while (!stopped) {
      Instant began = clock.instant();
      Duration rest = pass();
      listener.passed(Duration.between(began, clock.instant()));
      if (over.test(saved) || stopped) {
        break;
      }
      sleeper.sleep(rest);
    }
    return saved;
  }

  /** Something has changed (a command was given): look now. */
  public void poke() {
    sleeper.wake();
  }

  /** Ends {@link #run} after the round that is under way; the next process continues. */
  public void stop() {
    stopped = true;
    sleeper.wake();
  }

  /**
   * Rounds until nothing moves any more.
   *
   * @return how long to wait before the next pass
   */
  Duration pass() {
    for (int round = 0; round < ROUNDS && !stopped; round++) {
      Optional<Duration> rest = round();
      if (rest.isPresent()) {
        troubles.over(Troubles.Part.RESTLESS);
        return rest.get();
      }
    }
    if (stopped) {
      return Duration.ZERO;
    }
    troubles.say(
        Troubles.Part.RESTLESS,
        "What was written is not seen to stay: somebody else seems to write to the same objects.");
    return settings.tick();
  }

  /** One look and what follows from it; how long to rest, or empty: go on at once. */
  private Optional<Duration> round() {
    World world;
    try {
      ports.store().guard();
    } catch (StateRefused e) {
      return failed(Troubles.Part.STORE, "Nothing is done here any more", e);
    }
    try {
      troubles.keep(Troubles.Part.UNDONE, ports.actuator().advance(saved.memory()));
      world = ports.observer().observe(saved.memory());
      troubles.over(Troubles.Part.OBSERVER);
    } catch (IOException e) {
      return unobserved(e);
    }
    Instant now = clock.instant();
    Saved seen = look(world, now);
    Verdict verdict = witness.verdict(seen);
    Decision decision = Decider.decide(spec, seen.memory(), world, verdict, now);
    Saved next = next(seen, decision, world, verdict, now);
    try {
      record(seen, next, now);
    } catch (IOException e) {
      saved = seen;
      return failed(
          Troubles.Part.STORE,
          "The state cannot be saved, so nothing is done that follows from it",
          e);
    }
    boolean moved = !next.memory().equals(seen.memory());
    List<Write> writes = Sequencer.next(decision.target(), world);
    Acted acted = act(writes, now);
    told(ports.store()::publish);
    troubles.keep(Troubles.Part.REFUSED, refusals.sentence());
    troubles.keep(Troubles.Part.PENDING, pending.sentence());
    listener.looked(new Listener.Look(now, saved, world, verdict, troubles.sentences()));
    if (acted == Acted.NOT_CLEAR) {
      return Optional.of(patience.afterFailure());
    }
    patience.calm();
    return moved || acted == Acted.APPLIED
        ? Optional.empty()
        : Optional.of(rest(decision.wakeAt(), now));
  }

  private Optional<Duration> unobserved(IOException cause) {
    Optional<Duration> rest =
        failed(
            Troubles.Part.OBSERVER,
            "The world cannot be observed, so nothing is decided and everything stands as it is",
            cause);
    if (saved.decisions().isEmpty()) {
      told(() -> ports.store().cannotBegin(Troubles.cause(cause)));
    }
    return rest;
  }

  private Saved look(World world, Instant now) {
    if (now.isBefore(witness.due(saved, now))) {
      return saved;
    }
    try {
      Saved read = witness.read(saved, world, now);
      troubles.over(Troubles.Part.EVIDENCE);
      troubles.keep(Troubles.Part.SILENT_SOURCES, witness.missing());
      return read;
    } catch (IOException e) {
      troubles.say(
          Troubles.Part.EVIDENCE,
          "The counters cannot be read, so no evidence comes in and nothing goes forward: "
              + Troubles.cause(e));
      return saved;
    }
  }

  private Saved next(Saved seen, Decision decision, World world, Verdict verdict, Instant now) {
    Optional<Run> run = decision.memory().run();
    boolean begins = decision.memory().number() != seen.memory().number() && run.isPresent();
    Saved base = begins ? witness.begin(seen, run.get(), now) : seen;
    Decided entry =
        new Decided(
            now,
            run.map(Run::id),
            decision.reason().code(),
            decision.reason().sentence(),
            run.map(Run::phase),
            run.flatMap(r -> StageLabel.name(r, plan)),
            run.map(r -> StageLabel.served(r, world)).orElse(Share.NONE),
            verdict.odds(),
            verdict.hurt(),
            decision.condition());
    return base.decided(decision.memory(), decision.reason(), entry);
  }

  /**
   * Saves what was decided, what the judge has shown and what is known of stable, at once; evidence
   * alone every now and then while a release runs.
   */
  private void record(Saved seen, Saved next, Instant now) throws IOException {
    boolean entry = !next.decisions().equals(seen.decisions());
    boolean decided = entry || !next.memory().equals(seen.memory());
    boolean aged =
        next.memory().running().isPresent()
            && storedAt.map(at -> !now.isBefore(at.plus(settings.saveEvery()))).orElse(true)
            && next.readAt().isPresent();
    boolean learned = !next.shown().equals(saved.shown()) || !next.past().equals(saved.past());
    if (decided || aged || learned) {
      ports.store().save(next);
      storedAt = Optional.of(now);
      troubles.over(Troubles.Part.STORE);
    }
    saved = next;
    if (entry && next.tellsMoreThan(seen)) {
      listener.decided(next.decisions().getLast());
    }
  }

  private interface Telling {
    void tell() throws IOException;
  }

  private void told(Telling telling) {
    try {
      telling.tell();
      troubles.over(Troubles.Part.RECORD);
    } catch (IOException e) {
      troubles.say(
          Troubles.Part.RECORD,
          "What people read of this release is not up to date: " + Troubles.cause(e));
    }
  }

  private enum Acted {
    NOTHING,
    APPLIED,
    NOT_CLEAR
  }

  /** Every write is tried, whatever becomes of the others: a way back waits for nobody. */
  private Acted act(List<Write> writes, Instant now) {
    Acted acted = Acted.NOTHING;
    pending.round();
    for (Write write : writes) {
      if (refusals.stands(write, now)) {
        continue;
      }
      switch (ports.actuator().apply(write)) {
        case Actuator.Outcome.Applied _ -> {
          refusals.forget(write);
          acted = acted == Acted.NOT_CLEAR ? acted : Acted.APPLIED;
        }
        case Actuator.Outcome.Conflict(String why) -> acted = notClear(write, why);
        case Actuator.Outcome.Unknown(String why) -> acted = notClear(write, why);
        case Actuator.Outcome.Refused refused -> refusals.remember(write, refused.why(), now);
      }
    }
    return acted;
  }

  private Acted notClear(Write write, String why) {
    pending.failed(write, why);
    return Acted.NOT_CLEAR;
  }

  private Duration rest(Optional<Instant> wakeAt, Instant now) {
    boolean running = saved.memory().running().isPresent();
    Duration longest = running ? settings.tick() : settings.idle();
    Stream<Instant> due = Stream.of(witness.due(saved, now));
    // A moment that has passed without changing anything will not do so by being looked at again.
    Stream<Instant> wakes =
        Stream.of(wakeAt, ports.observer().changesAt())
            .flatMap(Optional::stream)
            .filter(now::isBefore);
    return Stream.concat(due, wakes)
        .map(at -> Duration.between(now, at))
        .filter(wait -> wait.compareTo(longest) < 0)
        .min(Duration::compareTo)
        .orElse(longest);
  }

  private Optional<Duration> failed(Troubles.Part part, String sentence, IOException cause) {
    troubles.say(part, sentence + ": " + Troubles.cause(cause));
    return Optional.of(patience.afterFailure());
  }
}
