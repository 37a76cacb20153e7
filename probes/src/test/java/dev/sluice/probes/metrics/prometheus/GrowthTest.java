package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each event once, and none that was not. */
class GrowthTest {
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final Growth growth = new Growth(EVERY);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void by_pod_the_differences_are_added_up() {
    assertThat(byPod(Map.of("a", rate(5, 100), "b", rate(0, 50)))).isEmpty();
    assertThat(byPod(Map.of("a", rate(6, 110), "b", rate(0, 70)))).contains(rate(1, 30));
    assertThat(byPod(Map.of("a", rate(6, 110), "b", rate(0, 70)))).contains(rate(0, 0));
  }

  @Test
  void a_pod_that_restarted_has_counted_what_it_has_now() {
    byPod(Map.of("a", rate(5, 100), "b", rate(0, 50)));
    assertThat(byPod(Map.of("a", rate(1, 7), "b", rate(0, 60)))).contains(rate(1, 17));
  }

  @Test
  void a_pod_that_comes_adds_nothing_at_first_and_one_that_goes_nothing_at_all() {
    byPod(Map.of("a", rate(5, 100)));
    assertThat(byPod(Map.of("a", rate(5, 110), "new", rate(9, 9)))).contains(rate(0, 10));
    assertThat(byPod(Map.of("new", rate(9, 12)))).contains(rate(0, 3));
    assertThat(byPod(Map.of("another", rate(9, 12)))).isEmpty();
  }

  @Test
  void a_sum_grows_while_its_pods_are_the_same() {
    assertThat(whole(5, 100, "a b")).isEmpty();
    assertThat(whole(6, 150, "a b")).as("the pods may just have changed").isEmpty();
    assertThat(whole(8, 200, "a b")).contains(rate(2, 50));
  }

  @Test
  void a_sum_that_fell_adds_nothing_and_is_what_the_next_is_compared_with() {
    steady("a b");
    assertThat(whole(4, 60, "a b")).isEmpty();
    assertThat(whole(5, 70, "a b")).contains(rate(1, 10));
    assertThat(whole(4, 90, "a b")).as("one of the two fell").isEmpty();
  }

  /** Else the fall of one pod hides in the growth of the others. */
  @Test
  void a_sum_whose_pods_have_changed_adds_nothing_until_prometheus_has_seen_it() {
    steady("a:0 b:0");
    assertThat(whole(9, 1000, "a:0 b:1")).isEmpty();
    assertThat(whole(9, 1100, "a:0 b:1")).isEmpty();
    assertThat(whole(9, 1200, "a:0 b:1")).contains(rate(0, 100));
  }

  @Test
  void of_a_gap_nothing_is_added() {
    byPod(Map.of("a", rate(0, 100)));
    assertThat(to(new Counted.Unknown("answered 503"), "")).isEmpty();
    assertThat(byPod(Map.of("a", rate(50, 900)))).isEmpty();
    assertThat(byPod(Map.of("a", rate(51, 910)))).contains(rate(1, 10));
  }

  @Test
  void what_was_a_sum_and_is_by_pod_now_begins_anew() {
    steady("a");
    assertThat(byPod(Map.of("a", rate(9, 1000)))).isEmpty();
    assertThat(byPod(Map.of("a", rate(9, 1001)))).contains(rate(0, 1));
  }

  /** Pods that serve, restart, come and go: never more is added than there was, nor more bad. */
  @Test
  void whatever_happens_no_event_is_added_that_there_was_not() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Growth pods = new Growth(EVERY);
      Growth sums = new Growth(EVERY);
      Map<String, double[]> counters = new HashMap<>();
      Map<String, Integer> restarts = new HashMap<>();
      double[] truth = new double[2];
      double[] byPod = new double[2];
      double[] bySum = new double[2];
      Instant at = now;
      for (int step = 0; step < 60; step++) {
        String pod = "p" + random.nextInt(4);
        switch (random.nextInt(12)) {
          case 0 -> counters.remove(pod);
          case 1 -> {
            if (counters.replace(pod, new double[2]) != null) {
              restarts.merge(pod, 1, Integer::sum);
            }
          }
          default -> counters.putIfAbsent(pod, new double[2]);
        }
        counters
            .values()
            .forEach(
                counter -> {
                  int served = random.nextInt(100);
                  int failed = served == 0 ? 0 : random.nextInt(served) / 10;
                  counter[0] += failed;
                  counter[1] += served;
                  truth[0] += failed;
                  truth[1] += served;
                });
        at = at.plus(EVERY);
        Map<String, Sample.Rate> now = new HashMap<>();
        counters.forEach((name, c) -> now.put(name, rate(c[0], c[1])));
        Counted each = new Counted.ByPod(now);
        Counted sum =
            new Counted.Whole(
                rate(
                    now.values().stream().mapToDouble(Sample.Rate::bad).sum(),
                    now.values().stream().mapToDouble(Sample.Rate::total).sum()));
        String identity = counters.keySet().stream().sorted().toList() + "" + restarts;
        pods.to(each, identity, at).ifPresent(rate -> add(byPod, rate));
        sums.to(sum, identity, at).ifPresent(rate -> add(bySum, rate));
      }
      for (double[] added : new double[][] {byPod, bySum}) {
        assertThat(added[1]).as("seed " + seed).isLessThanOrEqualTo(truth[1]);
        assertThat(added[0]).as("seed " + seed).isLessThanOrEqualTo(truth[0]);
      }
    }
  }

  private static void add(double[] to, Sample.Rate rate) {
    assertThat(rate.bad()).isBetween(0.0, rate.total());
    to[0] += rate.bad();
    to[1] += rate.total();
  }

  private void steady(String pods) {
    whole(5, 100, pods);
    whole(5, 100, pods);
    assertThat(whole(5, 100, pods)).contains(rate(0, 0));
  }

  private Optional<Sample.Rate> whole(double bad, double total, String pods) {
    return to(new Counted.Whole(rate(bad, total)), pods);
  }

  private Optional<Sample.Rate> byPod(Map<String, Sample.Rate> pods) {
    return to(new Counted.ByPod(pods), String.join(" ", pods.keySet()));
  }

  private Optional<Sample.Rate> to(Counted counted, String pods) {
    now = now.plus(EVERY);
    return growth.to(counted, pods, now);
  }

  private static Sample.Rate rate(double bad, double total) {
    return new Sample.Rate(bad, total);
  }
}
