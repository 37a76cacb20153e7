package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.sequence.Rank;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.Served;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a release does, told as its users would tell it. */
class ReleaseStoriesTest {
  @Test
  void a_changed_template_begins_a_release_that_is_pinned_before_its_candidate_exists() {
    Scene scene = Scene.canary().template("t2").forget();
    scene.until(Verdicts.EARLY, s -> s.phase() == Phase.SHIFTING);
    assertThat(scene.written.stream().map(w -> w.getClass().getSimpleName()))
        .startsWith("Pin", "CreateSet", "ServeCandidate");
    assertThat(scene.world.workload().held()).isTrue();
    assertThat(scene.pin()).hasValue("h1");
  }

  @Test
  void weight_follows_pods_and_never_the_other_way_round() {
    Scene scene = Scene.canary().releasing("at-20");
    while (!scene.stage().equals("at-50")) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    scene.passWithoutPods(Verdicts.EARLY.verdict()).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.weight()).as("two pods are needed, one is ready").isEqualTo(20);
    scene.pass(Verdicts.EARLY).pass(Verdicts.EARLY);
    assertThat(scene.weight()).isEqualTo(50);
  }

  @Test
  void a_good_release_ends_with_its_own_judged_pods_and_nothing_of_ours_left() {
    Scene scene = Scene.canary().succeeded();
    scene.passes(Duration.ofHours(2)).settles(Verdicts.PROVEN);
    assertThat(Invariants.restored(scene.world)).isTrue();
    assertThat(scene.world.set("st2").orElseThrow().ready()).isEqualTo(4);
    assertThat(scene.world.set("st2").orElseThrow().inDeployment()).isTrue();
    assertThat(scene.written.stream().filter(Write.CreateSet.class::isInstance)).hasSize(1);
  }

  @Test
  void an_unchanged_world_means_no_write() {
    Scene scene = Scene.canary().releasing("at-20");
    scene.settles(Verdicts.EARLY).forget();
    for (int i = 0; i < 20; i++) {
      scene.pass(Verdicts.EARLY);
    }
    assertThat(scene.written).isEmpty();
  }

  @Test
  void the_history_leaves_the_deployment_before_its_active_set_and_comes_back_after() {
    Scene scene = Scene.canary().succeeded();
    List<String> taken =
        scene.written.stream()
            .filter(Write.TakeOut.class::isInstance)
            .map(w -> ((Write.TakeOut) w).hash())
            .toList();
    assertThat(taken).containsExactly("h0", "h1");
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.world.set("h0").orElseThrow().inDeployment()).isTrue();
  }

  @Test
  void nothing_is_un_paused_before_the_deployments_controller_has_taken_the_judged_set() {
    Scene scene = Scene.canary().baking();
    while (scene.world.set("st2").filter(PodSet::inDeployment).isEmpty()) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict()).passes(Duration.ofMinutes(1));
    }
    for (int i = 0; i < 10; i++) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    assertThat(scene.world.workload().held()).as("it has not heard of the set yet").isTrue();
    assertThat(scene.written)
        .as("however long that takes, the route is given back after it")
        .noneMatch(Write.ClearSplit.class::isInstance);
    scene.world = Objects.deployment(scene.world);
    scene.passWithoutPods(Verdicts.PROVEN.verdict());
    assertThat(scene.world.workload().held()).isFalse();
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.world.route().orElseThrow().split()).isEmpty();
  }

  @Test
  void no_set_leaves_a_deployment_whose_controller_has_not_heard_that_it_is_held() {
    Scene scene = Scene.canary().succeeded();
    scene.settles(Verdicts.PROVEN).says(Action.UNDO);
    while (!scene.world.workload().held()) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    for (int i = 0; i < 10; i++) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    assertThat(scene.world.set("st2").orElseThrow().inDeployment()).isTrue();
    scene.until(Verdicts.PROVEN, s -> !s.world.set("st2").orElseThrow().inDeployment());
  }

  @Test
  void what_an_unarmed_judge_suspects_holds_until_a_person_lets_it_go_on() {
    Scene scene = Scene.canary().releasing("at-20");
    for (int i = 0; i < 5; i++) {
      scene.pass(Verdicts.suspicious());
    }
    assertThat(scene.stage()).isEqualTo("at-20");
    assertThat(scene.condition()).isEqualTo(Condition.HELD);
    assertThat(scene.code()).isEqualTo("suspicion");

    scene.says(Action.PROMOTE);
    for (int i = 0; i < 5; i++) {
      scene.pass(Verdicts.suspicious());
    }
    assertThat(scene.stage()).isEqualTo("at-50");
    assertThat(scene.code()).as("asked again in the next stage").isEqualTo("suspicion");
  }

  @Test
  void a_candidate_by_replicas_whose_set_somebody_deletes_is_left_and_made_anew() {
    for (String stage : List.of("at-20", "at-100")) {
      Scene scene = Scene.of(Specs.byReplicas(20, 50, 100)).releasing(stage);
      assertThat(scene.pin()).as("users are divided by pods").isEmpty();

      scene.world = Objects.deleted(scene.world, "st2");
      scene.pass(Verdicts.PROVEN);
      assertThat(scene.code()).isEqualTo("candidate-lost-pods");
      assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
      assertThat(scene.pin()).hasValue("h1");

      scene.until(Verdicts.EARLY, s -> s.condition() == Condition.MOVING && s.pin().isEmpty());
      assertThat(scene.world.ready("st2")).isPositive();
      assertThat(scene.stage()).isEqualTo(stage);
    }
  }

  @Test
  void a_release_that_finds_its_version_rolled_out_natively_is_none() {
    Scene scene = Scene.canary().template("t2");
    scene.world = Objects.blocked(scene.world, "A native rollout is still under way.");
    scene.pass(Verdicts.EARLY).pass(Verdicts.EARLY);
    assertThat(scene.code()).isEqualTo("refused");
    scene.world = Objects.rolled(scene.world, "t2");
    scene.pass(Verdicts.EARLY);
    assertThat(scene.phase()).isEqualTo(Phase.SUPERSEDED);
    assertThat(scene.code()).isEqualTo("rolled-natively");
    scene.forget().settles(Verdicts.EARLY);
    assertThat(scene.code()).isEqualTo("idle");
    assertThat(scene.written).noneMatch(Write.Pin.class::isInstance);
  }

  @Test
  void a_set_that_is_deleted_while_the_flip_waits_for_its_pods_is_made_anew() {
    Scene scene = Scene.of(Specs.byReplicas(20, 50)).releasing("at-50");
    while (scene.phase() != Phase.BAKING) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict()).passes(Duration.ofMinutes(1));
    }
    scene.world = Objects.deleted(scene.world, "st2");
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.pin()).hasValue("h1");
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void a_candidate_whose_service_somebody_deletes_gets_no_traffic_before_it_is_there_again() {
    Scene scene = Scene.canary().releasing("at-50").forget();
    scene.world = Objects.unserved(scene.world);
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("candidate-unserved");
    assertThat(scene.firstWritten().rank()).isEqualTo(Rank.WAY_BACK);
    assertThat(scene.weight()).isZero();
    scene.until(Verdicts.EARLY, s -> s.weight() == 50);
    assertThat(scene.world.candidateService()).hasValue("st2");
  }

  @Test
  void a_stage_by_replicas_is_not_passed_with_fewer_pods_than_its_share() {
    Scene scene = Scene.of(Specs.byReplicas(20, 50, 100)).releasing("at-50");
    scene.world = Objects.lose(scene.world, "st2", 1);
    scene.passWithoutPods(Verdicts.PROVEN.verdict()).passWithoutPods(Verdicts.PROVEN.verdict());
    assertThat(scene.stage()).isEqualTo("at-50");
    assertThat(scene.code()).isEqualTo("unconfirmed");
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("at-100"));
  }

  @Test
  void a_stage_keeps_its_time_even_when_everything_is_proven() {
    Scene scene = Scene.canary().releasing("at-20").pass(Verdicts.EARLY);
    assertThat(scene.code()).isEqualTo("observing");
    assertThat(scene.sentence()).contains("of at least 5 min");
  }

  @Test
  void what_is_not_seen_to_be_served_does_not_grow() {
    Scene scene = Scene.canary().releasing("at-20");
    scene.world = Objects.served(scene.world, Optional.of(new Served(0.04, 0.06)));
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("unconfirmed");
    assertThat(scene.stage()).isEqualTo("at-20");
  }

  @Test
  void what_leans_to_harm_is_held_and_not_aborted() {
    Scene scene = Scene.canary().releasing("at-20").pass(Verdicts.UNCLEAR);
    assertThat(scene.condition()).isEqualTo(Condition.HELD);
    assertThat(scene.code()).isEqualTo("leans-to-harm");
  }

  @Test
  void both_silent_holds() {
    Scene scene = Scene.canary().releasing("at-20").pass(Verdicts.BOTH_SILENT);
    assertThat(scene.condition()).isEqualTo(Condition.HELD);
    assertThat(scene.weight()).isEqualTo(20);
  }

  @Test
  void a_metric_that_nobody_can_tell_holds_a_stage_and_the_bake_and_is_named() {
    Verdict unknown =
        Verdicts.PROVEN.verdict().withUnknown(List.of("order-failure: Prometheus answered 503."));
    Scene scene = Scene.canary().releasing("at-20").passWithoutPods(unknown);
    assertThat(scene.condition()).isEqualTo(Condition.HELD);
    assertThat(scene.sentence()).contains("is over and order-failure: Prometheus answered 503.");
    assertThat(scene.stage()).isEqualTo("at-20");
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.stage()).as("it goes on when it is known").isEqualTo("at-50");

    Scene baking = Scene.canary().baking();
    for (int i = 0; i < 3; i++) {
      baking.passWithoutPods(unknown);
    }
    assertThat(baking.code()).isEqualTo("no-data");
    assertThat(baking.sentence()).contains("Prometheus answered 503. No data is never good news.");
    baking.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void a_service_that_grows_keeps_its_weight_until_the_new_pods_are_ready() {
    Scene scene = Scene.canary().releasing("at-50");
    scene.world = Objects.replicas(scene.world, 8);
    scene.passWithoutPods(Verdicts.EARLY.verdict()).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.condition()).isEqualTo(Condition.MOVING);
    assertThat(scene.weight()).as("two of four pods that it needs now").isEqualTo(50);

    scene.settles(Verdicts.EARLY);
    assertThat(scene.world.ready("st2")).isEqualTo(4);
    scene.world = Objects.lose(scene.world, "st2", 3);
    scene.passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.code())
        .as("three would have been enough before")
        .isEqualTo("candidate-lost-pods");
  }

  @Test
  void a_service_that_grows_while_it_bakes_stays_on_the_candidate() {
    Scene scene = Scene.canary().baking();
    scene.settles(Verdicts.EARLY);
    scene.world = Objects.replicas(scene.world, 6);
    scene.passWithoutPods(Verdicts.EARLY.verdict()).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.pin()).hasValue("st2");

    scene.world = Objects.lose(scene.world, "st2", 3);
    scene.passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
    scene.passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.pin()).hasValue("h1");
  }

  @Test
  void a_service_that_grows_in_the_moment_of_the_flip_stays_on_the_candidate() {
    Scene scene =
        Scene.canary().template("t2").until(Verdicts.PROVEN, s -> "st2".equals(s.pin().orElse("")));
    scene.world = Objects.replicas(scene.world, 5);
    scene.passWithoutPods(Verdicts.EARLY.verdict()).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.condition()).isEqualTo(Condition.MOVING);
    assertThat(scene.pin()).hasValue("st2");
  }

  @Test
  void a_service_that_grows_every_moment_releases_all_the_same() {
    Scene scene = Scene.canary().releasing("at-50");
    for (int i = 0; i < 20; i++) {
      scene.world = Objects.replicas(scene.world, i % 2 == 0 ? 5 : 4);
      scene.pass(Verdicts.EARLY).passWithoutPods(Verdicts.EARLY.verdict());
      assertThat(scene.condition()).isEqualTo(Condition.MOVING);
    }
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void pods_of_a_service_that_grew_are_not_waited_for_without_end() {
    Scene scene = Scene.canary().releasing("at-50");
    scene.world = Objects.replicas(scene.world, 8);
    scene.passWithoutPods(Verdicts.EARLY.verdict());
    scene.passes(Duration.ofMinutes(11)).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
    assertThat(scene.sentence()).contains("2 ready pods and needs 4");
  }

  @Test
  void a_template_that_comes_during_the_hand_over_waits_held() {
    Scene scene = Scene.canary().baking();
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.HANDING_OVER);
    scene.template("t3").until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
    assertThat(scene.world.workload().held()).isTrue();
    assertThat(scene.world.set("st2").orElseThrow().inDeployment()).isTrue();
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED && s.memory.number() == 2);
    assertThat(scene.world.set("st3").orElseThrow().inDeployment()).isTrue();
  }

  @Test
  void paused_time_counts_for_nothing_and_harm_still_aborts() {
    Scene scene = Scene.canary().releasing("at-20").says(Action.PAUSE).pass(Verdicts.EARLY);
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("paused");
    scene.says(Action.RESUME).pass(Verdicts.PROVEN).pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("observing");
    scene.says(Action.PAUSE).pass(Verdicts.PROVEN).pass(Verdicts.HARM);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
  }

  @Test
  void promote_skips_what_is_left_to_wait_for() {
    Scene scene = Scene.canary().releasing("at-20").says(Action.PROMOTE);
    scene.pass(Verdicts.EARLY).pass(Verdicts.EARLY);
    assertThat(scene.stage()).isEqualTo("at-50");
  }

  @Test
  void a_command_for_a_release_that_has_ended_is_refused_with_a_sentence() {
    Scene scene = Scene.canary().succeeded().says("shop-1", Action.ABORT, Optional.empty());
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("command-refused");
    assertThat(scene.sentence())
        .contains("abort of shop-1 by ann was refused: it has ended as succeeded");
  }

  @Test
  void a_stage_that_wants_a_yes_before_it_is_entered_waits_for_it() {
    Scene scene = Scene.of(Specs.everything()).template("t2");
    scene.passChecksUntil(s -> s.code().equals("approval"));
    assertThat(scene.stage()).isEqualTo("whitelist");
    scene.says(Action.APPROVE);
    scene.passChecksUntil(s -> s.stage().equals("small"));
  }

  @Test
  void after_the_flip_the_route_names_the_candidates_service_until_the_hand_over() {
    Scene scene = Scene.canary().baking();
    assertThat(scene.world.route().orElseThrow().split()).isPresent();
    assertThat(scene.world.splitReachesCandidate()).isFalse();
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED).settles(Verdicts.PROVEN);
    assertThat(scene.world.route().orElseThrow().split()).isEmpty();
  }

  @Test
  void what_a_route_cannot_do_is_not_written_to_it() {
    Scene scene = Scene.of(Specs.beyondItsRoute()).releasing("half");
    scene.settles(Verdicts.EARLY);
    Split split = scene.world.route().orElseThrow().split().orElseThrow();
    assertThat(split.candidate()).isEqualTo(Share.percent(50));
    assertThat(split.affinity()).isEmpty();
    assertThat(split.mirror()).isEqualTo(Share.NONE);
  }

  @Test
  void a_holdback_keeps_a_baseline_beside_the_candidate_to_the_end() {
    Scene scene = Scene.of(Specs.everything()).template("t2");
    scene.passChecksUntil(s -> s.code().equals("approval"));
    scene.says(Action.APPROVE);
    scene.passChecksUntil(s -> s.code().equals("approval") && s.stage().equals("full"));
    assertThat(scene.weight()).isEqualTo(90);
  }

  @Test
  void blue_green_shows_the_candidate_in_the_preview_alone_until_it_flips() {
    Scene scene = Scene.of(Specs.blueGreen()).releasing("preview");
    assertThat(scene.world.preview()).hasValue("st2");
    assertThat(scene.pin()).hasValue("h1");
    assertThat(scene.world.ready("st2")).isEqualTo(4);
    scene.until(Verdicts.PROVEN, s -> s.pin().equals(Optional.of("st2")));
    scene.passes(Duration.ofMinutes(1)).until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
    assertThat(scene.world.preview()).isEmpty();
  }
}
