package dev.sluice.engine.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Analysis.Arm;
import dev.sluice.engine.model.Analysis.OnInconclusive;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A candidate on its ladder: what the rules of a release say of ticks alone. */
class ClimbTest {
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final double EACH = 2000;
  private final List<Answer> answers = new ArrayList<>();

  @Test
  void a_good_candidate_gets_stage_after_stage_then_all_but_the_holdback_then_all() {
    Climb climb = climb(90, Duration.ofSeconds(20), OnInconclusive.HOLD);
    serve(climb, 40, 0);
    assertThat(answers.stream().filter(a -> a.verdict() == Answer.Kind.PROMOTE).map(Answer::next))
        .containsExactly(50.0, 90.0, 100.0);
    assertThat(answers.stream().map(Answer::stage).distinct())
        .containsExactly("small", "half", "bake");
    assertThat(answers.getLast().verdict()).isEqualTo(Answer.Kind.CONTINUE);
  }

  @Test
  void a_stage_takes_its_least_time_of_ticks_that_were_served_as_asked() {
    Climb climb = climb(100, Duration.ZERO, OnInconclusive.HOLD);
    assertThat(tick(climb, 5, 0).reason()).contains("Observed 10 s of at least 20 s");
    while (answers.getLast().next() < 50) {
      tick(climb, 5, 0);
    }
    assertThat(tick(climb, 5, 0).stage()).as("the weight lags").isEqualTo("half");
    assertThat(tick(climb, 50, 0).reason()).contains("Observed 10 s of at least 20 s");
  }

  @Test
  void without_a_holdback_it_has_all_after_its_last_stage() {
    Climb climb = climb(100, Duration.ofMinutes(3), OnInconclusive.HOLD);
    serve(climb, 20, 0);
    assertThat(answers.stream().filter(a -> a.verdict() == Answer.Kind.PROMOTE).map(Answer::next))
        .containsExactly(50.0, 100.0);
  }

  @Test
  void a_candidate_that_comes_and_goes_is_aborted_at_the_fourth_time() {
    Climb climb = climb(90, Duration.ZERO, OnInconclusive.HOLD);
    for (int i = 0; i < 40 && !ended(); i++) {
      double weight = answers.isEmpty() ? 5 : answers.getLast().next();
      List<PodSample> pods =
          List.of(
              weight > 0 && i > 0
                  ? new PodSample(Track.CANDIDATE, "c1", TICK, Map.of())
                  : pod(Track.CANDIDATE, "c1", 0, 0),
              pod(Track.STABLE, "s1", 0, EACH));
      answers.add(climb.judge(TICK, weight, pods, Map.of()));
    }
    assertThat(answers.stream().filter(a -> a.verdict() == Answer.Kind.RETREAT).count())
        .isEqualTo(3);
    assertThat(answers.getLast().verdict()).isEqualTo(Answer.Kind.ABORT);
  }

  @ParameterizedTest
  @EnumSource(OnInconclusive.class)
  void a_stage_whose_time_is_over_without_enough_requests_does_as_the_policy_says(
      OnInconclusive then) {
    Climb climb = climb(90, Duration.ZERO, then);
    for (int i = 0; i < 8; i++) {
      answers.add(
          climb.judge(
              TICK,
              5,
              List.of(pod(Track.CANDIDATE, "c1", 0, 2), pod(Track.STABLE, "s1", 0, 38)),
              Map.of()));
    }
    assertThat(answers.stream().map(Answer::verdict))
        .contains(
            switch (then) {
              case HOLD -> Answer.Kind.HOLD;
              case ABORT -> Answer.Kind.ABORT;
              case PROCEED -> Answer.Kind.PROMOTE;
            });
  }

  @Test
  void in_the_bake_harm_that_comes_suddenly_is_led_away_and_aborts_when_it_comes_again() {
    Climb climb = climb(90, Duration.ofMinutes(1), OnInconclusive.HOLD);
    while (answers.isEmpty() || answers.getLast().next() < 90) {
      serve(climb, 1, 0);
    }
    serve(climb, 3, 0);
    assertThat(answers.getLast().stage()).isEqualTo("bake");
    while (answers.getLast().verdict() != Answer.Kind.RETREAT) {
      serve(climb, 1, 0.03);
    }
    assertThat(answers.getLast().next()).isZero();
    assertThat(answers.getLast().reason()).contains("It came suddenly");
    while (answers.getLast().next() == 0) {
      serve(climb, 1, 0.03);
    }
    assertThat(answers.getLast().next()).isEqualTo(90);
    while (!ended()) {
      serve(climb, 1, 0.03);
    }
    assertThat(answers.getLast().verdict()).isEqualTo(Answer.Kind.ABORT);
    assertThat(answers.getLast().next()).isZero();
  }

  @Test
  void an_adaptive_ladder_goes_as_far_as_the_evidence_proves_at_once_but_for_its_last_stage() {
    List<Ladder.Rung> rungs = rungs(5, 10, 20, 50);
    Climb climb = climb(rungs, 100, Duration.ZERO, OnInconclusive.HOLD, true);
    serve(climb, 40, 0);
    assertThat(answers.stream().filter(a -> a.verdict() == Answer.Kind.PROMOTE).map(Answer::next))
        .containsExactly(50.0, 100.0);
    assertThat(answers.stream().map(Answer::reason))
        .contains(
            "Enters stage at 50 and skips at 10, at 20: at 50% what it may cost is proven to be"
                + " inside the budget.");
  }

  private static List<Ladder.Rung> rungs(int... weights) {
    return IntStream.of(weights)
        .mapToObj(
            w -> new Ladder.Rung("at " + w, w, Duration.ofSeconds(60), Duration.ofSeconds(300)))
        .toList();
  }

  @Test
  void a_weight_is_a_share_in_steps_of_a_thousandth_that_never_rounds_a_little_to_none() {
    assertThat(Ladder.share(0).perMille()).isZero();
    assertThat(Ladder.share(0.001).perMille()).isEqualTo(1);
    assertThat(Ladder.share(33.333).perMille()).isEqualTo(333);
    assertThat(Ladder.share(99.99).perMille()).isEqualTo(999);
    assertThat(Ladder.share(100).perMille()).isEqualTo(1000);
  }

  private boolean ended() {
    return !answers.isEmpty() && answers.getLast().verdict() == Answer.Kind.ABORT;
  }

  private void serve(Climb climb, int ticks, double errors) {
    for (int i = 0; i < ticks; i++) {
      tick(climb, answers.isEmpty() ? 5 : answers.getLast().next(), errors);
    }
  }

  private Answer tick(Climb climb, double weight, double errors) {
    double sent = EACH * weight / 100;
    Answer answer =
        climb.judge(
            TICK,
            weight,
            List.of(
                pod(Track.CANDIDATE, "c1", sent * errors, sent),
                pod(Track.STABLE, "s1", 0, EACH - sent)),
            Map.of());
    answers.add(answer);
    return answer;
  }

  private static PodSample pod(Track track, String name, double bad, double total) {
    return new PodSample(
        track, name, Duration.ofHours(1), Map.of("errors", new Sample.Rate(bad, total)));
  }

  private static Climb climb(double top, Duration bake, OnInconclusive then) {
    Duration min = Duration.ofSeconds(20);
    Duration max = Duration.ofSeconds(60);
    List<Ladder.Rung> rungs =
        List.of(new Ladder.Rung("small", 5, min, max), new Ladder.Rung("half", 50, min, max));
    return climb(rungs, top, bake, then, false);
  }

  private static Climb climb(
      List<Ladder.Rung> rungs, double top, Duration bake, OnInconclusive then, boolean adaptive) {
    Analysis usual = Analysis.defaults();
    Analysis analysis =
        new Analysis(
            usual.falseAlarm(),
            usual.exposure(),
            then,
            Arm.ALWAYS,
            List.of(Metric.errors()),
            usual.minimum());
    return new Climb(
        new Ladder(analysis, TICK, rungs, top, bake, adaptive), Calibration.none(), Arming.none());
  }
}
