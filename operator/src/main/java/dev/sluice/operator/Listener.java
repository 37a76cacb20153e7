package dev.sluice.operator;

import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.world.World;
import java.time.Instant;
import java.util.List;

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

  /** What the loop saw and knows at one moment. */
  record Look(Instant at, Saved saved, World world, Verdict verdict, List<String> troubles) {
    public Look {
      troubles = List.copyOf(troubles);
    }
  }
}
