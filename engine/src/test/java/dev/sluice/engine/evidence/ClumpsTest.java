package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What stable's pods show, beside each other, of how bad events come in this release. */
class ClumpsTest {
  private static final int PODS = 10;
  private static final double USUAL = 2;
  private static final List<MetricLedger> ROWS =
      List.of(MetricLedger.of("errors", OptionalDouble.empty(), 1));

  private final Random random = new Random(3);
  private PodSums pods = PodSums.none();
  private Clumps clumps = Clumps.none();
  private long seq;

  @Test
  void before_anything_is_seen_the_past_holds() {
    assertThat(clumps.phi(0, USUAL)).isEqualTo(USUAL);
  }

  @Test
  void events_that_come_one_by_one_are_poisson() {
    pass(300, _ -> random.nextInt(10) == 0 ? 1 : 0);
    assertThat(clumps.phi(0, 1)).isBetween(.85, 1.15);
  }

  @Test
  void events_that_come_eight_at_a_time_are_eight_times_as_wide() {
    pass(300, _ -> random.nextInt(40) == 0 ? 8 : 0);
    assertThat(clumps.phi(0, 1)).isBetween(6.5, 9.5);
  }

  @Test
  void one_burst_among_many_quiet_minutes_is_known_by_its_own_size() {
    pass(290, pod -> random.nextInt(50) == 0 ? 1 : 0);
    double quiet = clumps.phi(0, 1);
    pass(5, pod -> pod == 4 ? 8 : 0);
    assertThat(quiet).isLessThan(1.3);
    assertThat(clumps.phi(0, 1)).isGreaterThan(8);
  }

  @Test
  void what_befalls_all_pods_alike_is_no_clump() {
    pass(150, _ -> random.nextInt(20) == 0 ? 1 : 0);
    pass(10, _ -> 10);
    assertThat(clumps.phi(0, 1)).isLessThan(1.1);
  }

  @Test
  void a_pod_that_is_ill_by_itself_is_left_out() {
    pass(150, pod -> pod == 0 ? 20 : random.nextInt(20) == 0 ? 1 : 0);
    assertThat(clumps.phi(0, 1)).isLessThan(2);
  }

  @Test
  void it_fades() {
    pass(100, _ -> random.nextInt(10) == 0 ? 1 : 0);
    pass(5, pod -> pod == 4 ? 8 : 0);
    double then = clumps.phi(0, 1);
    pass(5 * 360, _ -> random.nextInt(10) == 0 ? 1 : 0);
    assertThat(then).isGreaterThan(8);
    assertThat(clumps.phi(0, 1)).isLessThan(1.2);
  }

  @Test
  void one_tick_of_ten_seconds_says_what_five_of_two_say() {
    int[][] events = new int[60][PODS];
    for (int[] tick : events) {
      tick[random.nextInt(PODS)] = 4;
    }
    for (int[] tick : events) {
      fold(2, pod -> tick[pod]);
    }
    Clumps split = clumps;
    pods = PodSums.none();
    clumps = Clumps.none();
    for (int i = 0; i < events.length; i += 5) {
      int from = i;
      fold(
          10,
          pod -> {
            int sum = 0;
            for (int j = from; j < from + 5; j++) {
              sum += events[j][pod];
            }
            return sum;
          });
    }
    assertThat(clumps.phi(0, 1)).isCloseTo(split.phi(0, 1), Percentage.withPercentage(5));
  }

  @Test
  void pods_that_come_begin_a_block_and_the_order_of_pods_does_not_matter() {
    pass(4, pod -> pod == 4 ? 20 : 0);
    assertThat(clumps).isEqualTo(Clumps.none());
    pods = pods.fold(tick(2, PODS + 1, _ -> 0), ROWS);
    clumps = clumps.fold(pods, new double[] {.005});
    assertThat(clumps).as("what was counted beside nobody knows whom").isEqualTo(Clumps.none());
  }

  @Test
  void sums_that_were_saved_without_a_block_begin_one() {
    pass(4, _ -> 1);
    pods = new PodSums(pods.pods(), pods.rows(), pods.sums(), List.of(), 0);
    pass(1, _ -> 1);
    assertThat(pods.inBlock(0, 0)).isEqualTo(1);
    assertThat(pods.blockSeconds()).isEqualTo(2);
  }

  @Test
  void bursts_that_the_past_did_not_have_make_each_event_say_less() {
    Noise quiet = new Noise("errors", OptionalDouble.empty(), 2, 0, .1, 100, 1e5);
    assertThat(quiet.clumping(8).burst(100, .001)).isEqualTo(4.5);
    assertThat(quiet.clumping(1.2)).as("never less than the past").isEqualTo(quiet);
  }

  private void pass(int ticks, IntUnaryOperator bad) {
    for (int i = 0; i < ticks; i++) {
      fold(2, bad);
    }
  }

  private void fold(int seconds, IntUnaryOperator bad) {
    pods = pods.fold(tick(seconds, PODS, bad), ROWS);
    clumps = clumps.fold(pods, new double[] {.005});
  }

  private Tick tick(int seconds, int count, IntUnaryOperator bad) {
    List<PodSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(
          new PodSample(
              Track.STABLE,
              "s" + i,
              Duration.ofMinutes(10),
              Map.of("errors", new Sample.Rate(bad.applyAsInt(i), 100 * seconds))));
    }
    Collections.shuffle(samples, random);
    return new Tick(
        seq++, Duration.ofSeconds(seconds), "half", Share.percent(50), samples, Map.of());
  }
}
