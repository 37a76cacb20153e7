package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Figures that were worked out by another program; as exact as they were printed. */
class VectorsTest {
  /** Nine digits after the point were printed. */
  private static final Offset<Double> PRINTED = within(1e-9);

  private static final Counts A = new Counts(5, 100, 10, 9900);
  private static final List<Counts> THREE =
      List.of(A, new Counts(0, 100, 9, 9900), new Counts(4, 100, 11, 9900));

  @Test
  void theLinkIsAsPublished() {
    assertThat(Ell.of(0.5, 1)).isCloseTo(0.405465108, PRINTED);
    assertThat(Ell.of(0.5, 1.5)).isCloseTo(0.336472237, PRINTED);
    assertThat(Ell.of(-0.2, 1.5)).isCloseTo(-0.251314428, PRINTED);
    assertThat(Ell.of(1e9, 1.5)).isCloseTo(1.098612287, PRINTED);
  }

  @Test
  void noEventsSayNothingWhateverTheStake() {
    assertThat(Ell.of(0, -1, 1)).isZero();
  }

  @Test
  void harmBetsOfOneTick() {
    assertThat(HarmBet.stake(60, 100 * 1.10 / 9900, 1.5, 1.5)).isCloseTo(17.7, PRINTED);
    near(
        HarmBet.gains(A, 1.10, 5e-5, 1, 1),
        1.260973464,
        3.296908540,
        6.430580967,
        10.664304236,
        12.798085997,
        1.206514736);
    near(
        HarmBet.gains(A, 1.10, 5e-5, 1.5, 1.5),
        0.627781126,
        1.600254899,
        2.868363812,
        3.816838620,
        2.593684404,
        -2.950031495);
  }

  @Test
  void harmBetsWithBurstsOfTwoSizes() {
    double[] gains = HarmBet.gains(new Counts(12, 5000, 5, 5000), 1.10, 5e-5, 1.5, 2);
    assertThat(gains[0]).isCloseTo(0.304251872, PRINTED);
    assertThat(gains[2]).isCloseTo(-0.349494128, PRINTED);
  }

  @Test
  void nonInferiorityBets() {
    near(
        NonInferiority.gains(new Counts(5, 5000, 5, 5000), 1.5, 5e-4, 1.5, 1.5),
        0.147592227,
        0.282893940,
        0.406525975,
        0.335934076,
        -0.320231391,
        -1.394237257);
  }

  @Test
  void fixedShareOverThreeTicks() {
    FixedShare ledger = FixedShare.of(HarmBet.experts());
    List<Double> totals = new ArrayList<>();
    for (Counts x : THREE) {
      ledger = ledger.step(HarmBet.gains(x, 1.10, 5e-5, 1.5, 1.5), TimeBase.share(10));
      totals.add(ledger.lnTotal());
    }
    near(totals, 2.425716817, 1.918384761, 4.443954858);
    double[] printedWithSixDigits = {
      -1.321398, -0.795920, 0.816308, 2.940574, 4.134446, -0.340687, -3.274089
    };
    for (int i = 0; i < printedWithSixDigits.length; i++) {
      assertThat(ledger.logWeights().get(i)).isCloseTo(printedWithSixDigits[i], within(5.1e-7));
    }
  }

  @Test
  void metricsCombined() {
    double combined = Logs.sum(Math.log(0.5) + 6.2, Math.log(0.25) - 0.4, Math.log(0.25) + 0.3);
    assertThat(combined).isCloseTo(5.508900628, PRINTED).isGreaterThan(Math.log(100));
  }

  @Test
  void gateOfTheNextWeight() {
    Counts x = new Counts(1, 600, 60, 59400);
    double allowed = 1 / (0.2 * Judge.REACTION_SECONDS);
    assertThat(allowed).isCloseTo(0.083333333, PRINTED);
    double proof =
        RiskGate.lnProof(Doubles.owning(RiskGate.gains(x, 1.5, 1.5)), 600 / 1.5, allowed);
    assertThat(proof).isCloseTo(26.623918189, PRINTED).isGreaterThan(Math.log(20));
  }

  @Test
  void upperBoundIsWhereTheProofBegins() {
    Counts x = new Counts(1, 600, 60, 59400);
    Doubles sums = Doubles.owning(RiskGate.gains(x, 1.5, 1.5));
    OptionalDouble bound = RiskGate.upperBound(sums, 400, 0.05);
    assertThat(bound).isPresent();
    assertThat(RiskGate.lnProof(sums, 400, bound.getAsDouble()))
        .isCloseTo(Math.log(20), within(1e-4));
    assertThat(RiskGate.upperBound(Doubles.zeros(6), 0, 0.05)).isEmpty();
  }

  @Test
  void historicalBet() {
    assertThat(HistoricalKey.gains(6, 20, 0.05, 1.25)[1]).isCloseTo(2.883218257, PRINTED);
  }

  @Test
  void gaugeBets() {
    near(GaugeBet.gains(0.4), 0.019802627, 0.039220713, 0.076961041, 0.148420005, 0.246860078);
  }

  @Test
  void cappedLedgerOfTwoSecondsStopsAnOutageWithTheThirdTick() {
    FixedShare ledger = FixedShare.of(HarmBet.experts());
    double[] totals = {1.812672509, 3.837278714, 5.912042750};
    double[] odds = {3.563400, 23.699519, 185.230050};
    for (int i = 0; i < 3; i++) {
      ledger = capped(ledger, new Counts(10, 20, 2, 1980));
      assertThat(ledger.lnTotal()).isCloseTo(totals[i], PRINTED);
      double combined = 0.5 * Math.exp(ledger.lnTotal()) + 0.5;
      assertThat(combined).isCloseTo(odds[i], within(5.1e-7));
      assertThat(combined >= 100).isEqualTo(i == 2);
    }
  }

  @Test
  void cappedLedgerOfTwoSecondsInQuietTicks() {
    FixedShare ledger = FixedShare.of(HarmBet.experts());
    List<Double> totals = new ArrayList<>();
    for (Counts x : THREE) {
      ledger = capped(ledger, x);
      totals.add(ledger.lnTotal());
    }
    near(totals, 0.800880166, 0.437636387, 1.450613246);
  }

  @Test
  void burstSizeTakesRequestsPerTenSecondsWhateverTheTick() {
    Noise noise = new Noise("errors", OptionalDouble.empty(), 1.6, 0.002, 0.1, 1, 1000);
    double perPod = 20 * TimeBase.UNIT / 2;
    assertThat(noise.burst(perPod, 0.001)).isCloseTo(1.3018, PRINTED);
  }

  @Test
  void decayOfATwoSecondTick() {
    assertThat(TimeBase.decay(0.944, 2)).isCloseTo(0.988540345, PRINTED);
  }

  @Test
  void armingThresholdIsRaisedByThePlacebo() {
    assertThat(new Arming(12, 0, 2.5).threshold(0.01)).isCloseTo(4.605170186, PRINTED);
    assertThat(new Arming(12, 1, 6).threshold(0.01)).isCloseTo(8.040220829, PRINTED);
  }

  @Test
  void armedFrom149SlotsWithoutAlarmOr236WithOneOr313WithTwo() {
    int[] slots = {149, 236, 313};
    for (int alarms = 0; alarms < slots.length; alarms++) {
      assertThat(new Arming(slots[alarms], alarms, 5).shown(0.01)).isTrue();
      assertThat(new Arming(slots[alarms] - 1, alarms, 5).shown(0.01)).isFalse();
    }
    assertThat(new Arming(149, 0, 4).threshold(0.01)).isCloseTo(4.605170186, PRINTED);
  }

  @Test
  void shareDeficitBets() {
    double kappa = ShareDeficit.kappa(0.01, 0.003);
    assertThat(kappa).isCloseTo(0.006696878, PRINTED);
    near(
        ShareDeficit.gains(35, 9965, kappa, 1, 1),
        0.929825400,
        2.966923922,
        6.575792813,
        9.056930064,
        -2.969584868,
        -41.653776164);
  }

  @Test
  void shareDeficitBetsWithBursts() {
    double kappa = ShareDeficit.kappa(0.05, 0.003);
    assertThat(kappa).isCloseTo(0.046852046, PRINTED);
    near(
        ShareDeficit.gains(250, 9500, kappa, 3.5, 3.5),
        0.759273430,
        2.504167293,
        5.952399677,
        8.829940164,
        -14.767107649,
        -289.970666432);
  }

  @Test
  void dispersionOfATable() {
    double[][] bad = {{2, 1, 0, 4}, {0, 3, 2, 1}, {1, 0, 1, 0}};
    double[][] total = {{50, 50, 50, 50}, {50, 50, 50, 50}, {50, 50, 50, 50}};
    Dispersion dispersion = Dispersion.of(bad, total);
    assertThat(dispersion.squared()).isCloseTo(9.708333333, PRINTED);
    assertThat(dispersion.phi()).isCloseTo(1.544270833, PRINTED);
    Noise noise = new Noise("errors", OptionalDouble.empty(), dispersion.phi(), 0, 0.1, 15, 600);
    assertThat(noise.burst(50, 0.025)).isCloseTo(1.272135417, PRINTED);
  }

  @Test
  void allowanceForTheLotteryOfPods() {
    Noise noise = new Noise("errors", OptionalDouble.empty(), 1, 0, 0.1, 1, 1000);
    assertThat(noise.allowance(1, 10)).isCloseTo(1.276819808, PRINTED);
  }

  private static FixedShare capped(FixedShare ledger, Counts x) {
    double cap = TimeBase.cap(2, x.ec() / x.nc() - x.eb() / x.nb());
    return ledger.step(
        HarmBet.capped(HarmBet.gains(x, 1.10, 5e-5, 1.5, 1.5), cap), TimeBase.share(2));
  }

  private static void near(double[] actual, double... expected) {
    assertThat(actual).containsExactly(expected, PRINTED);
  }

  private static void near(List<Double> actual, double... expected) {
    near(Doubles.of(actual).copy(), expected);
  }
}
