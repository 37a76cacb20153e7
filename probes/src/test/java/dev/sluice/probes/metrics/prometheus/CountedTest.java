package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Sample;
import dev.sluice.probes.metrics.prometheus.Answer.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pairs of answers are counts. */
class CountedTest {
  private static final Samples NONE = new Samples(List.of());

  @Test
  void one_sample_each_is_one_sum() {
    assertThat(counted(sum(2), sum(10))).isEqualTo(new Counted.Whole(new Sample.Rate(2, 10)));
    assertThat(counted(sum(0), sum(0))).isEqualTo(new Counted.Whole(new Sample.Rate(0, 0)));
  }

  @Test
  void a_sample_for_each_pod_is_counts_by_pod_and_a_pod_without_failures_has_had_none() {
    assertThat(counted(pods("a", 2.0), pods("a", 10.0, "b", 5.0)))
        .isEqualTo(
            new Counted.ByPod(Map.of("a", new Sample.Rate(2, 10), "b", new Sample.Rate(0, 5))));
  }

  @Test
  void or_vector_0_says_that_what_is_not_there_has_not_happened() {
    assertThat(counted(sum(0), pods("a", 10.0)))
        .isEqualTo(new Counted.ByPod(Map.of("a", new Sample.Rate(0, 10))));
    List<Answer.Sample> both = new ArrayList<>(pods("a", 2.0).all());
    both.addAll(sum(0).all());
    assertThat(counted(new Samples(both), pods("a", 10.0)))
        .isEqualTo(new Counted.ByPod(Map.of("a", new Sample.Rate(2, 10))));
  }

  @Test
  void pods_that_were_not_asked_about_are_nobodys() {
    assertThat(counted(pods("z", 2.0), pods("a", 10.0, "z", 3.0)))
        .isEqualTo(new Counted.ByPod(Map.of("a", new Sample.Rate(0, 10))));
    assertUnknown(counted(pods("z", 2.0), pods("z", 3.0)), "no series of these pods");
  }

  @Test
  void what_is_absent_is_not_zero() {
    assertUnknown(counted(NONE, sum(10)), "has no series for bad; if there is none before");
    assertUnknown(counted(sum(1), NONE), "has no series for total");
  }

  @Test
  void what_is_no_count_is_not_known() {
    for (double odd :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1}) {
      assertUnknown(counted(sum(odd), sum(10)), "for bad, which is no count");
      assertUnknown(counted(sum(1), sum(odd)), "for total, which is no count");
      assertUnknown(counted(pods("a", 1.0), pods("a", 2.0, "b", odd)), "which is no count");
    }
    assertUnknown(counted(sum(11), sum(10)), "more bad events than events");
    assertUnknown(counted(pods("a", 11.0), pods("a", 10.0)), "for the pod a");
  }

  @Test
  void several_samples_that_are_not_by_pod_are_a_mistake_that_says_what_to_write() {
    Samples two =
        new Samples(
            List.of(
                new Answer.Sample(Map.of("code", "500"), 1),
                new Answer.Sample(Map.of("code", "503"), 1)));
    assertUnknown(counted(two, sum(10)), "gave 2 samples for bad; write sum by (pod) (…), or sum");
    Samples twice =
        new Samples(
            List.of(
                new Answer.Sample(Map.of("pod", "a", "code", "500"), 1),
                new Answer.Sample(Map.of("pod", "a", "code", "503"), 1)));
    assertUnknown(counted(sum(0), twice), "gave 2 samples for total");
    assertUnknown(counted(pods("a", 1.0), sum(10)), "write both alike");
    assertUnknown(counted(sum(1), pods("a", 10.0)), "write both alike");
  }

  @Test
  void an_answer_that_is_not_known_makes_the_pair_unknown() {
    assertUnknown(
        counted(new Answer.Unknown("answered 503"), sum(1)), "answered 503 (asked for bad)");
    assertUnknown(
        counted(sum(1), new Answer.Unknown("answered 503")), "answered 503 (asked for total)");
  }

  private static Counted counted(Answer bad, Answer total) {
    return Counted.of("bad", bad, total, "pod", Set.of("a", "b"));
  }

  private static Samples sum(double value) {
    return new Samples(List.of(new Answer.Sample(Map.of(), value)));
  }

  private static Samples pods(String pod, double value) {
    return new Samples(List.of(new Answer.Sample(Map.of("pod", pod), value)));
  }

  private static Samples pods(String one, double first, String other, double second) {
    List<Answer.Sample> both = new ArrayList<>(pods(one, first).all());
    both.addAll(pods(other, second).all());
    return new Samples(both);
  }

  private static void assertUnknown(Counted counted, String why) {
    assertThat(counted)
        .isInstanceOfSatisfying(
            Counted.Unknown.class, unknown -> assertThat(unknown.why()).contains(why));
  }
}
