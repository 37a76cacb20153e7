package dev.sluice.cli.judge;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Placebo;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Stable's past as it is read. Its last half hour calibrates the judge; each twenty minutes after a
 * half hour are played as placebo releases, as the operator does between releases, so that a past
 * of half a day can arm a judge. No more than fifty minutes of it are kept.
 */
final class StablePast {
  /** The same past arms the same judge. */
  private static final long SEED = 20;

  private final Analysis analysis;
  private final Placebo placebo;
  private final List<Tick> ticks = new ArrayList<>();
  private Duration length = Duration.ZERO;
  private Arming shown = Arming.none();

  /**
   * @param tick the usual length of a tick
   */
  StablePast(Analysis analysis, Duration tick) {
    this.analysis = analysis;
    this.placebo = new Placebo(analysis, tick, new SplittableRandom(SEED));
  }

  void add(Tick tick) {
    ticks.add(tick);
    length = length.plus(tick.length());
    if (length.compareTo(Placebo.PAST.plus(Placebo.PLAYED)) >= 0) {
      int known = latest(Placebo.PLAYED);
      shown = placebo.play(shown, ticks.subList(0, known), ticks.subList(known, ticks.size()));
      forgetBut(Placebo.PAST);
    }
  }

  Calibration calibration() {
    forgetBut(Placebo.PAST);
    return Calibration.of(List.copyOf(ticks), analysis);
  }

  /** What the judge showed on placebo. */
  Arming shown() {
    return shown;
  }

  void clear() {
    ticks.clear();
    length = Duration.ZERO;
  }

  private void forgetBut(Duration kept) {
    ticks.subList(0, latest(kept)).clear();
    length = ticks.stream().map(Tick::length).reduce(Duration.ZERO, Duration::plus);
  }

  /** Where the last ticks begin that are at most so long together. */
  private int latest(Duration span) {
    int from = ticks.size();
    Duration covered = Duration.ZERO;
    while (from > 0 && covered.plus(ticks.get(from - 1).length()).compareTo(span) <= 0) {
      covered = covered.plus(ticks.get(--from).length());
    }
    return from;
  }
}
