package dev.sluice.operator;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.model.Share;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that outlives the process. The ledger and the counters belong together: whoever takes
 * over reads the counters again, and the gap is one merged tick.
 *
 * @param schema version of this record's form
 * @param seq of the last tick
 * @param counters as they were last read
 * @param readAt when that was; empty before the first time
 * @param calibration of the judge of the release that runs, or of the last one
 * @param shown what the judge of this policy has shown on placebo
 * @param past what is known of stable's noise between releases; empty: no half hour was seen yet
 * @param apart what is kept apart from users' requests, where no label does it
 * @param decisions the last {@value #DECISIONS}, oldest first
 * @param reason of the last decision, whether or not it was worth an entry of its own
 */
public record Saved(
    int schema,
    Memory memory,
    long seq,
    Ledger ledger,
    RawCounters counters,
    Optional<Instant> readAt,
    Calibration calibration,
    Shown shown,
    Optional<Past> past,
    Apart apart,
    List<Decided> decisions,
    Condition condition,
    Optional<Reason> reason) {
  /** The form that this program writes, and the newest that it reads. */
  public static final int SCHEMA = 10;

  /** How many decisions are kept. */
  public static final int DECISIONS = 100;

  public Saved {
    decisions = List.copyOf(decisions);
  }

  /** Nothing has happened yet. */
  static Saved fresh(Memory memory, Ledger empty, Shown nothing) {
    return new Saved(
        SCHEMA,
        memory,
        0,
        empty,
        RawCounters.none(),
        Optional.empty(),
        Calibration.none(),
        nothing,
        Optional.empty(),
        Apart.nothing(),
        List.of(),
        Condition.MOVING,
        Optional.empty());
  }

  /** The same under a plan that was changed meanwhile. */
  Saved under(Plan plan) {
    Shown still = shown.under(plan.spec().analysis());
    return new Saved(
        schema,
        memory.under(plan),
        seq,
        ledger,
        counters,
        readAt,
        calibration,
        still,
        past.filter(_ -> still.equals(shown)),
        apart,
        decisions,
        condition,
        reason);
  }

  /** A release begins: its evidence starts from nothing. */
  Saved begun(Ledger empty, Calibration calibrated) {
    return new Saved(
        schema,
        memory,
        seq,
        empty,
        counters,
        readAt,
        calibrated,
        shown,
        past,
        apart.begun(),
        decisions,
        condition,
        reason);
  }

  /** After a reading of the counters. */
  Saved read(long tick, Ledger folded, RawCounters now, Optional<Instant> at) {
    return new Saved(
        schema,
        memory,
        tick,
        folded,
        now,
        at,
        calibration,
        shown,
        past,
        apart,
        decisions,
        condition,
        reason);
  }

  /** After a reading that said more of what is nobody's request. */
  Saved with(Apart next) {
    return next.equals(apart)
        ? this
        : new Saved(
            schema,
            memory,
            seq,
            ledger,
            counters,
            readAt,
            calibration,
            shown,
            past,
            next,
            decisions,
            condition,
            reason);
  }

  /** After placebo releases, and another half hour of stable's. */
  Saved learned(Shown played, Optional<Past> known) {
    return new Saved(
        schema,
        memory,
        seq,
        ledger,
        counters,
        readAt,
        calibration,
        played,
        known,
        apart,
        decisions,
        condition,
        reason);
  }

  /**
   * Between releases nothing is saved but decisions, so the counters are of some time long ago:
   * what was counted since then is no one tick. A release's are kept: its gap is merged.
   */
  Saved withoutOldCounters() {
    return memory.running().isPresent()
        ? this
        : read(seq, ledger, RawCounters.none(), Optional.empty());
  }

  /**
   * After a decision; it gets an entry of its own unless it is the same as the last, whose weight
   * then is what it has come to. Each person who gave a command gets an answer, though it be the
   * same.
   */
  Saved decided(Memory next, Reason why, Decided entry) {
    List<Decided> entries = decisions;
    boolean answers = !next.handled().equals(memory.handled());
    if (answers || decisions.isEmpty() || !decisions.getLast().sameAs(entry)) {
      entries = new ArrayList<>(decisions);
      entries.add(entry);
      entries = entries.subList(Math.max(0, entries.size() - DECISIONS), entries.size());
    } else if (!decisions.getLast().weight().equals(entry.weight())) {
      entries = new ArrayList<>(decisions);
      entries.set(entries.size() - 1, decisions.getLast().with(entry.weight()));
    }
    return new Saved(
        schema,
        next,
        seq,
        ledger,
        counters,
        readAt,
        calibration,
        shown,
        past,
        apart,
        entries,
        entry.condition(),
        Optional.of(why));
  }

  /** Whether something was decided since, and not only the last entry's weight has changed. */
  boolean tellsMoreThan(Saved before) {
    return decisions.size() != before.decisions.size()
        || !decisions
            .getLast()
            .with(Share.NONE)
            .equals(before.decisions.getLast().with(Share.NONE));
  }
}
