package dev.sluice.operator;

import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/** Hears what the loop does, on the loop's own thread: what it does with it must be short. */
public interface Listener {
  /** A decision that got an entry of its own. It is recorded, and not yet acted on. */
  void decided(Decided entry);

  /** After each look at the world. */
  default void looked(Look look) {}

  /**
   * Something stands in the way. Said once for as long as it stays.
   *
   * @param sentence for a person on call
   */
  default void troubled(String sentence) {}

  /**
   * The judge of a release begins. Said again where that could not be recorded.
   *
   * @param past what it knows of stable's, oldest first; empty: nothing
   */
  default void judgeBegins(Run run, List<Tick> past) {}

  /**
   * The judge of the release that runs has read one more tick. What that leads to is not decided
   * yet.
   *
   * @param weightAccuracy as {@link dev.sluice.engine.port.EvidenceSource#weightAccuracy}
   */
  default void judgeRead(Run run, Tick tick, OptionalDouble weightAccuracy) {}

  /** A pass is over, whatever came of it: the loop is alive. */
  default void passed(Duration took) {}

  /** Tells all of them, in that order. */
  static Listener all(Listener... listeners) {
    List<Listener> each = List.of(listeners);
    return new Listener() {
      @Override
      public void decided(Decided entry) {
        each.forEach(l -> l.decided(entry));
      }

      @Override
      public void looked(Look look) {
        each.forEach(l -> l.looked(look));
      }

      @Override
      public void troubled(String sentence) {
        each.forEach(l -> l.troubled(sentence));
      }

      @Override
      public void judgeBegins(Run run, List<Tick> past) {
        each.forEach(l -> l.judgeBegins(run, past));
      }

      @Override
      public void judgeRead(Run run, Tick tick, OptionalDouble weightAccuracy) {
        each.forEach(l -> l.judgeRead(run, tick, weightAccuracy));
      }

      @Override
      public void passed(Duration took) {
        each.forEach(l -> l.passed(took));
      }
    };
  }

  /** What the loop saw and knows at one moment. */
  record Look(Instant at, Saved saved, World world, Verdict verdict, List<String> troubles) {
    public Look {
      troubles = List.copyOf(troubles);
    }
  }
}
