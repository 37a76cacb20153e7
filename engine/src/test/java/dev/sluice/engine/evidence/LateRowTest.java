package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Releases in which the candidate is exactly as bad as is tolerated, under noise of the kind that
 * the judge assumes and shocks on both tracks, and a gateway whose page comes at the worst moment
 * that somebody could choose who sees the evidence. Every abort is false.
 */
class LateRowTest {
  private static final int RUNS = 1000;
  private static final int TICKS = 100;
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final double FALSE_ALARM = 0.05;
  private static final double BURST = 1.5;
  private static final double FACTOR = 1.5;
  private static final Question NEXT = new Question(Optional.empty(), Duration.ofMinutes(5));

  /** Noise as it is: bursts of 1.5 on average, pods that do not differ. */
  private final Judge judge =
      new Judge(
          new Analysis(
              FALSE_ALARM,
              new Analysis.Exposure.Seconds(1),
              Analysis.OnInconclusive.HOLD,
              Analysis.Arm.ALWAYS,
              List.of(
                  new Metric(
                      "errors",
                      Metric.Kind.RATE,
                      new Metric.Tolerance(FACTOR, 0),
                      Optional.empty())),
              30),
          new Calibration(
              List.of(new Noise("errors", OptionalDouble.empty(), 2 * BURST - 1, 0, 0, 40, 10000)),
              List.of(),
              2,
              2),
          TICK,
          Arming.none(),
          OptionalDouble.empty());

  @Test
  void a_row_that_joins_when_the_evidence_is_low_raises_no_false_alarm() {
    Outcome outcome = releases(2101, ledger -> capital(ledger) < 0.7);
    outcome.holds();
    assertThat(outcome.joined()).isGreaterThan(RUNS / 3);
  }

  @Test
  void a_row_that_joins_when_the_evidence_is_high_raises_no_false_alarm() {
    Outcome outcome = releases(2102, ledger -> capital(ledger) > 3);
    outcome.holds();
    assertThat(outcome.joined()).isGreaterThan(RUNS / 20);
  }

  @Test
  void a_row_that_joins_at_any_time_raises_no_false_alarm() {
    Random when = new Random(7);
    releases(2103, _ -> when.nextInt(20) == 0).holds();
  }

  /**
   * @param mean of the evidence's worth at the end, a test supermartingale's: at most 1
   */
  private record Outcome(long seed, double mean, double error, int alarms, int joined) {
    void holds() {
      double share = (double) alarms / RUNS;
      double spread = 3 * Math.sqrt(FALSE_ALARM * (1 - FALSE_ALARM) / RUNS);
      assertThat(share).as("false alarms, seed " + seed).isLessThanOrEqualTo(FALSE_ALARM + spread);
      assertThat(mean).as("mean evidence, seed " + seed).isLessThanOrEqualTo(1 + 3 * error);
    }
  }

  private Outcome releases(long seed, Predicate<Ledger> pageComes) {
    Random random = new Random(seed);
    double sum = 0;
    double squares = 0;
    int alarms = 0;
    int joined = 0;
    for (int run = 0; run < RUNS; run++) {
      Ledger ledger = judge.empty();
      boolean page = false;
      boolean alarm = false;
      for (int i = 1; i <= TICKS && !alarm; i++) {
        page |= i > 1 && pageComes.test(ledger);
        ledger = ledger.fold(judge, tick(i, random, page));
        alarm = judge.verdict(ledger, NEXT).harm().isPresent();
      }
      double capital = capital(ledger);
      sum += capital;
      squares += capital * capital;
      alarms += alarm ? 1 : 0;
      joined += page ? 1 : 0;
    }
    double mean = sum / RUNS;
    return new Outcome(
        seed, mean, Math.sqrt((squares / RUNS - mean * mean) / RUNS), alarms, joined);
  }

  private static Tick tick(long seq, Random random, boolean page) {
    double shock = Math.exp(0.5 * random.nextGaussian());
    Sample.Rate candidate = counted(random, 100, 0.01 * shock * FACTOR);
    Sample.Rate stable = counted(random, 900, 0.01 * shock);
    Map<Track, Sample.Rate> edge =
        page
            ? Map.of(
                Track.CANDIDATE,
                counted(random, 100, 0.01 * shock * FACTOR),
                Track.STABLE,
                counted(random, 900, 0.01 * shock))
            : Map.of();
    return new Tick(
        seq,
        TICK,
        "small",
        Share.percent(10),
        List.of(pod(Track.CANDIDATE, candidate), pod(Track.STABLE, stable)),
        edge);
  }

  private static PodSample pod(Track track, Sample.Rate counted) {
    return new PodSample(track, track.name(), Duration.ofMinutes(10), Map.of("errors", counted));
  }

  private static Sample.Rate counted(Random random, double all, double rate) {
    double limit = Math.exp(-all * rate / BURST);
    int events = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      events++;
      while (random.nextDouble() < 1 - 1 / BURST) {
        events++;
      }
    }
    return new Sample.Rate(Math.min(events, all), all);
  }

  private static double capital(Ledger ledger) {
    return ledger.metrics().isEmpty()
        ? 1
        : ledger.metrics().stream()
            .mapToDouble(row -> row.weight() * Math.exp(row.harm().lnTotal()))
            .sum();
  }
}
