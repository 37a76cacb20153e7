package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Releases that never were: over what stable's pods counted between releases, some of them, by
 * chance, play the candidate. The code is the same, so every alarm is false, and their share is the
 * judge's false-alarm rate on this very service.
 *
 * <p>What only a gateway or a query counts does not tell stable's pods apart, and is not played;
 * nor are weights below one pod's share.
 */
public final class Placebo {
  /** How much of stable's past a judge is calibrated by. */
  public static final Duration PAST = Duration.ofMinutes(30);

  /** How long a placebo release lasts. */
  public static final Duration PLAYED = Duration.ofMinutes(20);

  /** How often the same time is played, each with other pods. */
  private static final int SPLITS = 4;

  private static final Question NOTHING = new Question(Optional.empty(), Duration.ofHours(1));

  private final Analysis analysis;
  private final Duration tick;
  private final RandomGenerator random;

  /**
   * @param analysis that releases are judged by
   * @param tick the usual length of the ticks that are played
   */
  public Placebo(Analysis analysis, Duration tick, RandomGenerator random) {
    // As if it were armed: what it would abort then is what counts.
    this.analysis = analysis.withArm(Analysis.Arm.ALWAYS);
    this.tick = tick;
    this.random = random;
  }

  /**
   * Plays releases.
   *
   * @param before what was shown so far
   * @param past stable's, oldest first, that the judge is calibrated by
   * @param played what came after it: the time of the releases
   * @return the same as before where there is nothing to play: fewer than two pods, no past, or too
   *     few requests
   */
  public Arming play(Arming before, List<Tick> past, List<Tick> played) {
    Calibration calibration = Calibration.of(past, analysis);
    List<String> pods = new ArrayList<>(pods(played));
    Arming arming = before;
    if (pods.size() < 2 || !calibration.known()) {
      return arming;
    }
    Judge judge = new Judge(analysis, calibration, tick, Arming.none(), OptionalDouble.empty());
    for (int i = 0; i < SPLITS; i++) {
      Collections.shuffle(pods, random);
      int candidates = 1 + random.nextInt(pods.size() / 2);
      arming = release(judge, arming, played, Set.copyOf(pods.subList(0, candidates)), pods.size());
    }
    return arming;
  }

  private static Arming release(
      Judge judge, Arming before, List<Tick> played, Set<String> candidates, int pods) {
    Share weight = new Share((int) Math.round(1000.0 * candidates.size() / pods));
    Ledger ledger = judge.empty();
    Verdict verdict = judge.verdict(ledger, NOTHING);
    double largest = 0;
    boolean alarm = false;
    for (int i = 0; i < played.size(); i++) {
      // As in a release: who is led away has no traffic, and may come back.
      boolean away = verdict.retreat().isPresent();
      ledger =
          ledger.fold(
              judge,
              split(played.get(i), i, away ? Share.NONE : weight, away ? Set.of() : candidates));
      verdict = judge.verdict(ledger, NOTHING);
      largest = Math.max(largest, Math.log(verdict.odds()));
      alarm |= verdict.harm().isPresent() && verdict.retreat().isEmpty();
    }
    return verdict.enough() ? before.plus(largest, alarm) : before;
  }

  private static Tick split(Tick tick, long seq, Share weight, Set<String> candidates) {
    return new Tick(
        seq,
        tick.length(),
        "placebo",
        weight,
        tick.pods().stream()
            .map(
                pod ->
                    candidates.contains(pod.pod())
                        ? new PodSample(Track.CANDIDATE, pod.pod(), pod.age(), pod.metrics())
                        : pod)
            .toList(),
        Map.of());
  }

  private static Set<String> pods(List<Tick> ticks) {
    return ticks.stream()
        .flatMap(tick -> tick.pods().stream())
        .filter(pod -> pod.track() == Track.STABLE)
        .map(PodSample::pod)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
