package dev.sluice.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForecastTest {
  private static final Duration MIN = Duration.ofMinutes(1);
  private static final Duration MAX = Duration.ofMinutes(20);
  private static final Duration BAKE = Duration.ofMinutes(2);
  private static final Duration WARM = Duration.ofMinutes(30);
  private static final Duration READY = Duration.ofSeconds(6);
  private static final Load LOAD = new Load(200, 0.001, false, true);
  private static final List<Stage> STAGES = List.of(stage("pre", 1), stage("half", 50));

  @Test
  void each_write_of_a_canary_is_in_the_part_in_which_it_is_done() {
    Forecast.Told told = Forecast.earliest(situation(canary(STAGES), true));

    assertThat(said(told))
        .containsExactly(
            "prepare: Pin CreateSet ServeCandidate SetSplit",
            "pre: SetSplit",
            "half: Resize SetSplit",
            "bake: Resize Pin SetSplit",
            "hand over: TakeOut GiveIn Release",
            "keep warm: ClearSplit DropCandidateService",
            "clear: Resize Unpin GiveIn");
    assertThat(told.stands()).isEmpty();
    assertThat(told.parts().get(2).candidate()).as("half of four pods").isEqualTo(2);
    assertThat(told.most()).as("both versions whole").isEqualTo(8);
    assertThat(told.parts().getLast().most()).isEqualTo(4);
  }

  @Test
  void it_takes_the_least_times_at_the_earliest_and_the_longest_at_the_latest() {
    Situation situation = situation(canary(STAGES), true);

    Duration pods = READY.multipliedBy(3);
    assertThat(Forecast.earliest(situation).lasts())
        .isBetween(MIN.multipliedBy(2).plus(BAKE).plus(pods), plusLooks(MIN, pods));
    assertThat(Forecast.latest(situation).lasts())
        .isBetween(MAX.multipliedBy(2).plus(BAKE).plus(pods), plusLooks(MAX, pods));
    assertThat(Forecast.expected(situation).orElseThrow().lasts())
        .isBetween(Forecast.earliest(situation).lasts(), Forecast.latest(situation).lasts());
  }

  @Test
  void an_adaptive_ladder_skips_where_all_is_proven_and_as_far_as_todays_traffic_proves() {
    List<Stage> stages =
        List.of(stage("pre", 1), stage("small", 5), stage("medium", 20), stage("half", 50));
    Situation situation =
        situation(new Strategy.Canary(stages, BAKE, Optional.empty(), true), true);

    assertThat(stages(Forecast.earliest(situation))).containsExactly("pre", "half");
    assertThat(stages(Forecast.latest(situation)))
        .containsExactly("pre", "small", "medium", "half");
    assertThat(stages(Forecast.expected(situation).orElseThrow()))
        .as("120 requests at 1%% are no proof for a half")
        .startsWith("pre")
        .endsWith("half")
        .hasSizeBetween(3, 4);
  }

  private static List<String> stages(Forecast.Told told) {
    return told.parts().stream()
        .filter(part -> part.kind() == Part.Kind.STAGE)
        .map(Part::name)
        .toList();
  }

  private static Duration plusLooks(Duration stage, Duration pods) {
    return stage.multipliedBy(2).plus(BAKE).plus(pods).plusSeconds(15);
  }

  @Test
  void a_blue_green_flips_once_and_needs_all_pods_before() {
    Strategy strategy = new Strategy.BlueGreen(Optional.of("preview"), MIN, Approval.BEFORE, BAKE);

    Forecast.Told told = Forecast.earliest(situation(strategy, false));

    assertThat(said(told))
        .containsExactly(
            "prepare: Pin CreateSet Preview",
            "preview:",
            "bake: Pin",
            "hand over: TakeOut GiveIn Release",
            "keep warm: Preview",
            "clear: Resize Unpin GiveIn");
    assertThat(told.parts().getFirst().candidate()).isEqualTo(4);
    assertThat(told.parts().get(1).asks())
        .containsExactly("Waits for approve preview: a person must say yes.");
  }

  @Test
  void without_a_route_a_canary_lets_users_in_by_pods() {
    Forecast.Told told =
        Forecast.earliest(
            situation(canary(List.of(stage("quarter", 25), stage("half", 50))), false));

    assertThat(said(told))
        .containsExactly(
            "prepare: Pin CreateSet",
            "quarter: Unpin",
            "half: Resize",
            "bake: Resize Pin",
            "hand over: TakeOut GiveIn Release",
            "keep warm:",
            "clear: Resize Unpin GiveIn");
    assertThat(told.parts().get(1).served()).as("one pod of five").isEqualTo(new Share(200));
  }

  @Test
  void a_rehearsal_of_the_way_back_needs_a_pod() {
    Spec plain = spec(canary(STAGES), true, Analysis.Arm.ALWAYS, Analysis.defaults().metrics());
    Spec rehearsed =
        new Spec(
            plain.strategy(),
            plain.services(),
            plain.route(),
            plain.keepWarm(),
            plain.drain(),
            plain.prepareWithin(),
            plain.afterAbort(),
            plain.analysis(),
            plain.capacity(),
            CheckSpec.rehearsals(MIN),
            plain.approvals(),
            false);

    Forecast.Told told = Forecast.earliest(situation(rehearsed, Optional.empty()));

    assertThat(said(told).getFirst()).contains("StartCheck");
    assertThat(told.parts().getFirst().most()).as("stable, rehearsal, candidate").isEqualTo(6);
  }

  @Test
  void whoever_is_on_the_whitelist_comes_and_a_person_says_yes() {
    Stage whitelist =
        new Stage(
            "whitelist",
            Share.NONE,
            List.of(new Match.Header("x-canary", "always")),
            MIN,
            MAX,
            Approval.AFTER,
            Share.NONE,
            Share.NONE);
    Situation situation = situation(canary(List.of(whitelist, stage("half", 50))), true);

    Forecast.Told told = Forecast.expected(situation).orElseThrow();

    assertThat(told.stands()).isEmpty();
    assertThat(told.parts().get(1).asks())
        .containsExactly("Waits for approve whitelist: a person must say yes.");
    assertThat(Forecast.detections(situation, List.of(0.5)))
        .as("no ordinary user is there to be hurt")
        .extracting(Detection::stage)
        .containsExactly("half", "bake");
  }

  @Test
  void half_of_the_answers_failing_at_one_percent_of_200_requests_is_seen_as_the_bench_measured() {
    Detection seen = detected(situation(canary(STAGES), true), "pre", List.of(0.5)).getFirst();

    assertThat(seen.end()).isEqualTo(Detection.End.TAKEN_BACK);
    assertThat(seen.after()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
    assertThat(seen.hurt()).isBetween(4.0, 12.0);
  }

  @Test
  void less_harm_takes_longer_and_a_little_of_it_at_a_small_weight_is_not_seen() {
    List<Detection> seen =
        detected(situation(canary(STAGES), true), "pre", List.of(0.5, 0.05, 0.0015));

    assertThat(seen.get(1).end()).isEqualTo(Detection.End.TAKEN_BACK);
    assertThat(seen.get(1).after()).isGreaterThan(seen.get(0).after());
    assertThat(seen.get(2).end()).isEqualTo(Detection.End.NOT_SEEN);
  }

  @Test
  void a_judge_that_is_not_armed_holds_and_asks_but_for_an_outage() {
    Spec spec = spec(canary(STAGES), true, Analysis.Arm.NEVER, Analysis.defaults().metrics());
    Situation situation = situation(spec, Optional.of(LOAD));

    List<Detection> seen = detected(situation, "half", List.of(0.5, 0.02));

    assertThat(Forecast.armed(situation)).isFalse();
    assertThat(seen.get(0).end()).as(seen.get(0).why()).isNotEqualTo(Detection.End.NOT_SEEN);
    assertThat(seen.get(1).end()).as(seen.get(1).why()).isEqualTo(Detection.End.HELD);
  }

  @Test
  void where_too_few_come_a_good_version_stands_and_it_is_said_why() {
    Spec spec = spec(canary(STAGES), true, Analysis.Arm.ALWAYS, List.of(Metric.errors()));

    Forecast.Told told =
        Forecast.expected(situation(spec, Optional.of(new Load(0.05, 0, false, true))))
            .orElseThrow();

    assertThat(told.stands().orElseThrow().sentence()).contains("too few requests");
    assertThat(told.parts().getLast().name()).isEqualTo("pre");
  }

  @Test
  void nothing_is_made_up_where_the_load_is_not_known() {
    Situation situation =
        situation(
            spec(canary(STAGES), true, Analysis.Arm.ALWAYS, Analysis.defaults().metrics()),
            Optional.empty());

    assertThat(Forecast.expected(situation)).isEmpty();
    assertThat(Forecast.detections(situation, List.of(0.5))).isEmpty();
    assertThat(Forecast.earliest(situation).stands()).isEmpty();
  }

  private static List<Detection> detected(Situation situation, String stage, List<Double> harms) {
    return Forecast.detections(situation, harms).stream()
        .filter(d -> d.stage().equals(stage))
        .toList();
  }

  private static List<String> said(Forecast.Told told) {
    List<String> lines = new ArrayList<>();
    for (Part part : told.parts()) {
      StringBuilder line = new StringBuilder(part.name()).append(':');
      part.writes().forEach(w -> line.append(' ').append(w.getClass().getSimpleName()));
      lines.add(line.toString());
    }
    return lines;
  }

  private static Situation situation(Strategy strategy, boolean route) {
    return situation(
        spec(strategy, route, Analysis.Arm.ALWAYS, Analysis.defaults().metrics()),
        Optional.of(LOAD));
  }

  private static Situation situation(Spec spec, Optional<Load> load) {
    return new Situation("orders", spec, 4, List.of("orders"), READY, load);
  }

  private static Spec spec(
      Strategy strategy, boolean route, Analysis.Arm arm, List<Metric> metrics) {
    return new Spec(
        strategy,
        List.of("orders"),
        route ? Optional.of(Spec.Route.FULL) : Optional.empty(),
        WARM,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        Spec.AfterAbort.KEEP,
        new Analysis(
            0.01, new Analysis.Exposure.Seconds(1), Analysis.OnInconclusive.HOLD, arm, metrics, 30),
        Capacity.unknown(),
        List.of(),
        Approvals.ANYBODY,
        false);
  }

  private static Strategy canary(List<Stage> stages) {
    return new Strategy.Canary(stages, BAKE, Optional.empty());
  }

  private static Stage stage(String name, int percent) {
    return new Stage(
        name, Share.percent(percent), List.of(), MIN, MAX, Approval.NONE, Share.NONE, Share.NONE);
  }
}
