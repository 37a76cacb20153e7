package dev.sluice.engine.evidence;

import static java.util.Arrays.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What makes the bets fair: on the boundary of what is tolerated none of them gains on average. */
class ValidityTest {
  /** Terms of the sums beyond this have a probability that no double can tell from zero. */
  private static final int ENOUGH = 400;

  private static final double[] RATES = {0.0005, 0.002, 0.01};

  @Test
  void onTheBoundaryTheMeanOfEveryHarmBetIsOneWhateverTheRate() {
    for (double rate : RATES) {
      double r = 1.1;
      double d = 5e-5;
      assertFair(
          x -> HarmBet.gains(x, r, d, 1.5, 1.5), 500, 4500, r * rate + d, rate, 1.5, 1.5, rate);
      assertFair(x -> HarmBet.gains(x, r, d, 1, 2), 500, 4500, r * rate + d, rate, 1, 2, rate);
    }
  }

  @Test
  void withAnObjectiveNoBetGainsOnEitherBoundaryAndBothMustBeCrossed() {
    double r = 1.15;
    double d = 5e-4;
    for (double stable : RATES) {
      for (double allowed : new double[] {0.0008, 0.005, 0.02}) {
        double boundary = Math.max(r * stable + d, allowed);
        Bets bets = x -> HarmBet.gains(x, r, d, allowed, 1.5, 1.5);
        assertThat(stream(means(bets, 500, 4500, boundary, stable, 1.5, 1.5)).max().orElseThrow())
            .as("stable " + stable + " allowed " + allowed)
            .isLessThanOrEqualTo(1 + 1e-6);
        assertThat(
                stream(means(bets, 500, 4500, 2 * boundary, stable, 1.5, 1.5)).max().orElseThrow())
            .isGreaterThan(1.05);
      }
    }
  }

  @Test
  void onTheBoundaryTheMeanOfEveryNonInferiorityBetIsOne() {
    for (double rate : RATES) {
      assertFair(
          x -> NonInferiority.gains(x, 1.5, 5e-4, 1.5, 1.5),
          500,
          4500,
          1.5 * rate + 5e-4,
          rate,
          1.5,
          1.5,
          rate);
    }
  }

  @Test
  void onTheBoundaryTheMeanOfEveryBetOnTheExcessIsOne() {
    double excess = 0.004;
    for (double rate : RATES) {
      BiFunction<Counts, Integer, Double> bet =
          (x, i) -> {
            double[] gains = RiskGate.gains(x, 1.5, 1.5);
            double[] only = {0.02, 0.06, 0.15, 0.3, 0.6, 0.9};
            return gains[i] + excess * x.nc() * only[i] / 1.5;
          };
      assertFair(
          x -> {
            double[] logs = new double[RiskGate.experts()];
            for (int i = 0; i < logs.length; i++) {
              logs[i] = bet.apply(x, i);
            }
            return logs;
          },
          500,
          4500,
          rate + excess,
          rate,
          1.5,
          1.5,
          rate);
    }
  }

  @Test
  void onTheBoundaryTheMeanOfEveryHistoricalBetIsOne() {
    double[] means = new double[HistoricalKey.experts()];
    double[] law = burstLaw(500 * 0.01, 1.25);
    for (int events = 0; events < ENOUGH; events++) {
      double[] gains = HistoricalKey.gains(events, 500, 0.01, 1.25);
      for (int i = 0; i < means.length; i++) {
        means[i] += law[events] * Math.exp(gains[i]);
      }
    }
    // the boldest expert's mean lies in counts beyond the sum: never above one, nearly one
    assertThat(means[0]).isCloseTo(1, within(1e-9));
    for (double mean : means) {
      assertThat(mean).isLessThanOrEqualTo(1 + 1e-9);
    }
  }

  @Test
  void onTheBoundaryTheMeanOfEveryShareDeficitBetIsOne() {
    double kappa = ShareDeficit.kappa(0.2, 0.003);
    double mean = 100;
    assertFair(
        x -> ShareDeficit.gains(x.ec(), x.eb(), kappa, 1.5, 1.5),
        1,
        1,
        kappa * mean,
        mean,
        1.5,
        1.5,
        mean);
  }

  @Test
  void theCapOnlyTakesAwayAndTheLedgerStaysASupermartingale() {
    long seed = 20;
    Random random = new Random(seed);
    double sum = 0;
    double squares = 0;
    int runs = 20_000;
    for (int run = 0; run < runs; run++) {
      FixedShare ledger = FixedShare.of(HarmBet.experts());
      for (int tick = 0; tick < 20; tick++) {
        double shock = Math.exp(random.nextGaussian());
        Counts x =
            new Counts(
                bursts(random, 50 * 0.004 * shock * 1.1),
                50,
                bursts(random, 450 * 0.004 * shock),
                450);
        double cap = TimeBase.cap(2, x.ec() / x.nc() - x.eb() / x.nb());
        double[] gains = HarmBet.capped(HarmBet.gains(x, 1.1, 0, 1.5, 1.5), cap);
        ledger = ledger.step(gains, TimeBase.share(2));
      }
      double total = Math.exp(ledger.lnTotal());
      sum += total;
      squares += total * total;
    }
    double mean = sum / runs;
    double error = Math.sqrt((squares / runs - mean * mean) / runs);
    assertThat(mean).as("seed " + seed).isLessThanOrEqualTo(1 + 4 * error);
  }

  @Test
  void evidenceOfASplitTickAddsUp() {
    Counts whole = new Counts(6, 200, 12, 9800);
    Counts first = new Counts(4, 50, 3, 2450);
    Counts second = new Counts(2, 150, 9, 7350);
    double[] once = HarmBet.gains(whole, 1.1, 5e-5, 1.5, 1.5);
    double[] one = HarmBet.gains(first, 1.1, 5e-5, 1.5, 1.5);
    double[] two = HarmBet.gains(second, 1.1, 5e-5, 1.5, 1.5);
    for (int i = 0; i < once.length; i++) {
      assertThat(one[i] + two[i]).isCloseTo(once[i], within(1e-9));
    }
  }

  @Test
  void hugeCountsStayNumbers() {
    FixedShare ledger = FixedShare.of(HarmBet.experts());
    for (int i = 0; i < 100; i++) {
      ledger =
          ledger.step(
              HarmBet.gains(new Counts(i % 2 * 1e6, 1e6, 1e6 - i % 2 * 1e6, 1e6), 1.1, 0, 1, 1),
              TimeBase.share(10));
      assertThat(ledger.lnTotal()).isFinite();
    }
  }

  private interface Bets {
    double[] gains(Counts x);
  }

  /** Sums e over all pairs of counts, each weighted by its probability. */
  private static void assertFair(
      Bets bets, double nc, double nb, double pc, double pb, double cc, double cb, double shown) {
    for (double mean : means(bets, nc, nb, pc, pb, cc, cb)) {
      assertThat(mean).as("rate " + shown).isCloseTo(1, within(1e-6));
    }
  }

  private static double[] means(
      Bets bets, double nc, double nb, double pc, double pb, double cc, double cb) {
    double[] candidate = burstLaw(nc * pc, cc);
    double[] baseline = burstLaw(nb * pb, cb);
    double[] means = bets.gains(new Counts(0, nc, 0, nb)).clone();
    java.util.Arrays.fill(means, 0);
    for (int ec = 0; ec < ENOUGH; ec++) {
      for (int eb = 0; eb < ENOUGH; eb++) {
        double[] gains = bets.gains(new Counts(ec, nc, eb, nb));
        double weight = Math.log(candidate[ec]) + Math.log(baseline[eb]);
        for (int i = 0; i < means.length; i++) {
          means[i] += weight == Double.NEGATIVE_INFINITY ? 0 : Math.exp(gains[i] + weight);
        }
      }
    }
    return means;
  }

  /** Probabilities of 0, 1, … events where bursts are Poisson and their sizes geometric. */
  private static double[] burstLaw(double mean, double c) {
    double bursts = mean / c;
    double stay = 1 - 1 / c;
    double[] law = new double[ENOUGH];
    law[0] = Math.exp(-bursts);
    for (int n = 1; n < ENOUGH; n++) {
      double sum = 0;
      for (int size = 1; size <= n; size++) {
        sum += size * (1 - stay) * Math.pow(stay, size - 1) * law[n - size];
      }
      law[n] = bursts / n * sum;
    }
    return law;
  }

  private static int bursts(Random random, double mean) {
    double limit = Math.exp(-mean / 1.5);
    int events = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      events++;
      while (random.nextDouble() < 1 - 1 / 1.5) {
        events++;
      }
    }
    return events;
  }
}
