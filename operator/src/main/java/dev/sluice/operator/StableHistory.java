package dev.sluice.operator;

import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * What stable counted between releases, for the next judge to know its noise. The last half hour,
 * of one version alone; not saved, for it comes again by itself.
 */
final class StableHistory {
  /** How often it is looked at. */
  static final Duration BLOCK = Duration.ofSeconds(10);

  private static final int BLOCKS = 180;
  private final Deque<Tick> ticks = new ArrayDeque<>();
  private String hash = "";

  void add(String servingHash, long seq, Duration length, List<PodSample> pods) {
    if (!hash.equals(servingHash)) {
      ticks.clear();
      hash = servingHash;
    }
    ticks.addLast(new Tick(seq, length, "between releases", Share.NONE, pods, Map.of()));
    while (ticks.size() > BLOCKS) {
      ticks.removeFirst();
    }
  }

  /** For a release that begins beside that set. */
  Calibration calibrate(String stableHash, Analysis analysis) {
    return hash.equals(stableHash)
        ? Calibration.of(List.copyOf(ticks), analysis)
        : Calibration.none();
  }
}
