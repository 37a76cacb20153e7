package dev.sluice.operator;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Placebo;
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
 * What stable counted between releases, of one version alone: for the next judge to know its noise,
 * and for placebo releases to be played over. Not saved, for it comes again by itself.
 */
final class StableHistory {
  /** How often it is looked at. */
  static final Duration BLOCK = Duration.ofSeconds(10);

  /** Half an hour: what a judge is calibrated by. */
  private static final int PAST = 180;

  /** Twenty minutes: what a placebo release lasts. */
  private static final int PLAYED = 120;

  private final Deque<Tick> ticks = new ArrayDeque<>();
  private String hash = "";

  void add(String servingHash, long seq, Duration length, List<PodSample> pods) {
    if (!hash.equals(servingHash)) {
      ticks.clear();
      hash = servingHash;
    }
    ticks.addLast(new Tick(seq, length, "between releases", Share.NONE, pods, Map.of()));
    while (ticks.size() > PAST + PLAYED) {
      ticks.removeFirst();
    }
  }

  /** For a release that begins beside that set. */
  Calibration calibrate(String stableHash, Analysis analysis) {
    return hash.equals(stableHash) ? Calibration.of(last(PAST), analysis) : Calibration.none();
  }

  /** Once there is a new stretch after a whole past, it is played; then it is past itself. */
  Arming play(Arming before, Placebo placebo) {
    if (ticks.size() < PAST + PLAYED) {
      return before;
    }
    List<Tick> all = List.copyOf(ticks);
    Arming after = placebo.play(before, all.subList(0, PAST), all.subList(PAST, all.size()));
    for (int i = 0; i < PLAYED; i++) {
      ticks.removeFirst();
    }
    return after;
  }

  private List<Tick> last(int count) {
    List<Tick> all = List.copyOf(ticks);
    return all.subList(Math.max(0, all.size() - count), all.size());
  }
}
