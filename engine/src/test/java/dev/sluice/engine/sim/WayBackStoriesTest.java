package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.sequence.Rank;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.engine.world.Served;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a release turns back, and what is left of it then. */
class WayBackStoriesTest {
  @Test
  void harm_takes_the_traffic_back_with_the_first_write() {
    Scene scene = Scene.canary().releasing("at-50").forget();
    scene.passWithoutPods(Verdicts.HARM.verdict());
    assertThat(scene.firstWritten().rank()).isEqualTo(Rank.WAY_BACK);
    assertThat(scene.weight()).isZero();
    assertThat(scene.code()).isEqualTo("harm");
  }

  @Test
  void a_version_that_seems_slow_at_first_is_taken_back_with_a_word_on_pods_that_are_young() {
    Scene scene = Scene.canary().releasing("at-50").passWithoutPods(Verdicts.harm("latency"));
    assertThat(scene.sentence())
        .isEqualTo(
            "latency: 50 % against 0 %. Pods are compared in latency from an age of 1 min on; if new"
                + " ones need longer to get warm, say so in its warmUp.");

    Scene later = Scene.canary().releasing("at-50").passes(Duration.ofMinutes(11));
    assertThat(later.passWithoutPods(Verdicts.harm("latency")).sentence())
        .isEqualTo("latency: 50 % against 0 %.");
  }

  @Test
  void errors_of_pods_that_are_young_are_errors() {
    Scene scene = Scene.canary().releasing("at-50").passWithoutPods(Verdicts.harm("errors"));
    assertThat(scene.sentence()).isEqualTo("errors: 50 % against 0 %.");
  }

  @Test
  void a_release_whose_route_is_gone_stands_still_and_can_be_aborted() {
    Scene scene = Scene.canary().releasing("at-20");
    scene.world = Objects.blocked(scene.world, "There is no HTTPRoute shop.");
    scene.passes(Duration.ofHours(1)).settles(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("missing");
    assertThat(scene.condition()).isEqualTo(Condition.HELD);
    assertThat(scene.phase()).isEqualTo(Phase.SHIFTING);

    scene.says(Action.ABORT).settles(Verdicts.PROVEN);
    scene.passes(Duration.ofMinutes(1)).settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
  }

  @Test
  void harm_after_the_flip_moves_the_pins_back_with_the_first_write() {
    Scene scene = Scene.canary().baking().forget();
    assertThat(scene.pin()).hasValue("st2");
    scene.passWithoutPods(Verdicts.HARM.verdict());
    assertThat(scene.firstWritten()).isInstanceOf(Write.Pin.class);
    assertThat(scene.pin()).hasValue("h1");
  }

  @Test
  void an_aborted_version_stands_held_until_somebody_retries_it() {
    Scene scene = Scene.canary().releasing("at-20");
    scene.until(Verdicts.HARM, s -> s.phase() == Phase.ABORTING).settles(Verdicts.PROVEN);
    scene.passes(Duration.ofMinutes(1)).settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
    assertThat(scene.code()).isEqualTo("aborted-stands");
    assertThat(scene.world.workload().held()).isTrue();
    assertThat(scene.world.set("st2")).isEmpty();

    scene.says(Action.RETRY).until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
    assertThat(scene.world.set("st2").orElseThrow().ready()).isEqualTo(4);
  }

  @Test
  void a_way_back_moves_what_stables_ready_pods_can_carry_and_the_rest_as_they_come() {
    Scene scene = Scene.canary().baking();
    scene.world = Objects.lose(scene.world, "h1", 2);
    scene.forget().passWithoutPods(Verdicts.HARM.verdict());
    scene.passWithoutPods(Verdicts.HARM.verdict());
    assertThat(scene.pin()).hasValue("h1");
    assertThat(scene.weight()).as("half of stable is ready").isEqualTo(50);
    scene.pass(Verdicts.HARM).pass(Verdicts.HARM);
    assertThat(scene.weight()).isZero();
  }

  @Test
  void pods_that_a_deaf_gateway_still_sends_to_stay_on_the_way_back_until_it_hears() {
    Scene scene = Scene.canary().releasing("at-20").says(Action.ABORT).settles(Verdicts.PROVEN);
    scene.world = Objects.served(scene.world, Optional.of(new Served(0.15, 0.25)));
    scene.passes(Duration.ofMinutes(1)).settles(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("still-served");
    assertThat(scene.sentence()).contains("seen to send it 15% or more", "ann");
    assertThat(scene.world.ready("st2")).isEqualTo(1);

    scene.world = Objects.served(scene.world, Optional.of(new Served(0, 0.02)));
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
    assertThat(scene.world.ready("st2")).isZero();
  }

  @Test
  void a_way_back_does_not_wait_for_ever_for_who_still_sends_to_the_candidate() {
    Scene scene = Scene.canary().releasing("at-20").says(Action.ABORT).settles(Verdicts.PROVEN);
    scene.world = Objects.served(scene.world, Optional.of(new Served(0.15, 0.25)));
    scene.passes(Duration.ofMinutes(1)).settles(Verdicts.PROVEN);
    scene.passes(Duration.ofMinutes(5)).settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
  }

  @Test
  void a_silent_candidate_gets_no_traffic_until_it_speaks() {
    Scene scene = Scene.canary().releasing("at-20").pass(Verdicts.CANDIDATE_SILENT);
    assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
    assertThat(scene.weight()).isZero();
    scene.settles(Verdicts.EARLY);
    assertThat(scene.weight()).isEqualTo(20);
    assertThat(scene.phase()).isEqualTo(Phase.SHIFTING);
  }

  @Test
  void a_candidate_that_falls_silent_again_and_again_is_aborted() {
    Scene scene = Scene.canary().releasing("at-20");
    for (int i = 0; i < 3; i++) {
      scene.pass(Verdicts.CANDIDATE_SILENT).settles(Verdicts.EARLY);
    }
    scene.pass(Verdicts.CANDIDATE_SILENT);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
    assertThat(scene.code()).isEqualTo("unsteady");
  }

  @Test
  void
      a_candidate_that_is_worse_with_all_users_than_stable_was_has_none_until_stable_has_answered() {
    Scene scene = Scene.canary().baking().pass(Verdicts.WORSE_THAN_PAST);
    assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
    assertThat(scene.code()).isEqualTo("worse-than-past");
    scene.settles(Verdicts.WORSE_THAN_PAST);
    assertThat(scene.world.reaches("st2")).isFalse();
    assertThat(scene.phase()).isEqualTo(Phase.BAKING);
    scene.settles(Verdicts.EARLY);
    assertThat(scene.world.allPinnedTo("st2")).isTrue();
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void where_stable_says_that_it_was_the_candidate_it_is_aborted() {
    Scene scene = Scene.canary().baking().settles(Verdicts.WORSE_THAN_PAST);
    scene.settles(Verdicts.HARM).passes(Duration.ofMinutes(1)).settles(Verdicts.EARLY);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
  }

  @Test
  void who_promotes_does_not_wait_for_stables_answer() {
    Scene scene = Scene.canary().baking().settles(Verdicts.WORSE_THAN_PAST);
    scene.says(Action.PROMOTE).until(Verdicts.WORSE_THAN_PAST, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void harm_that_may_pass_leads_users_away_at_once_and_the_candidate_begins_at_the_first_stage() {
    Scene scene = Scene.canary().releasing("at-50").pass(Verdicts.HARM_ONCE);
    assertThat(scene.weight()).isZero();
    assertThat(scene.condition()).isEqualTo(Condition.RETREATED);
    assertThat(scene.code()).isEqualTo("tried-once-more");
    scene.settles(Verdicts.HARM_ONCE);
    assertThat(scene.weight()).isZero();
    assertThat(scene.phase()).isEqualTo(Phase.SHIFTING);

    scene.settles(Verdicts.EARLY);
    assertThat(scene.weight()).as("of the first stage").isEqualTo(1);
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void harm_that_was_seen_twice_is_the_end() {
    Scene scene = Scene.canary().releasing("at-50").settles(Verdicts.HARM_ONCE);
    scene.settles(Verdicts.EARLY).pass(Verdicts.HARM);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
    assertThat(scene.code()).isEqualTo("harm");
  }

  @Test
  void harm_that_may_pass_after_the_flip_leads_users_away_and_the_bake_begins_anew() {
    Scene scene = Scene.canary().baking().settles(Verdicts.HARM_ONCE);
    assertThat(scene.world.reaches("st2")).isFalse();
    assertThat(scene.phase()).isEqualTo(Phase.BAKING);
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  @Test
  void who_promotes_into_harm_does_not_see_it_twice() {
    Scene scene = Scene.canary().releasing("at-50").says(Action.PROMOTE);
    scene.pass(Verdicts.HARM_ONCE).pass(Verdicts.HARM_ONCE);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
    assertThat(scene.code()).isEqualTo("harm");
  }

  @Test
  void a_release_that_was_paused_is_paused_at_the_first_stage() {
    Scene scene = Scene.canary().releasing("at-50").says(Action.PAUSE).settles(Verdicts.EARLY);
    scene.settles(Verdicts.HARM_ONCE).settles(Verdicts.PROVEN);
    assertThat(scene.weight()).isEqualTo(1);
    assertThat(scene.code()).isEqualTo("paused");
    scene.says(Action.RESUME).settles(Verdicts.EARLY);
    assertThat(scene.code()).isEqualTo("observing");
  }

  @Test
  void a_lost_pod_takes_the_weight_that_it_carried_until_it_is_back() {
    Scene scene = Scene.canary().releasing("at-50");
    scene.world = Objects.lose(scene.world, "st2", 1);
    scene.passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.weight()).isZero();
    assertThat(scene.sentence()).contains("1 ready pods and needs 2");
    scene.settles(Verdicts.EARLY);
    assertThat(scene.weight()).isEqualTo(50);
  }

  @Test
  void pods_that_never_become_ready_end_the_release_without_a_user_having_met_them() {
    Scene scene = Scene.canary().template("t2");
    for (int i = 0; i < 6; i++) {
      scene.passWithoutPods(Verdicts.EARLY.verdict());
    }
    assertThat(scene.code()).isEqualTo("pods");
    scene.passes(Duration.ofMinutes(11)).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.code()).isEqualTo("candidate-not-ready");
    assertThat(scene.sentence())
        .isEqualTo("After 10 min only 0 of 1 pods of the candidate are ready.");
  }

  @Test
  void the_stable_template_again_is_a_revert_and_unpauses_at_once() {
    Scene scene = Scene.canary().releasing("at-50").template("t1");
    scene.pass(Verdicts.EARLY).pass(Verdicts.EARLY);
    assertThat(scene.weight()).isZero();
    assertThat(scene.world.workload().held()).isFalse();
    scene.passes(Duration.ofMinutes(1)).settles(Verdicts.EARLY);
    assertThat(scene.phase()).isEqualTo(Phase.REVERTED);
    assertThat(Invariants.restored(scene.world)).isTrue();
  }

  @Test
  void a_newer_template_takes_its_turn_after_the_way_back() {
    Scene scene = Scene.canary().releasing("at-50").template("t3");
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.weight()).isZero();
    for (int i = 0; i < 8; i++) {
      scene.passes(Duration.ofSeconds(10)).pass(Verdicts.PROVEN);
    }
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
    assertThat(scene.memory.run().orElseThrow().versions().template()).isEqualTo("t3");
    assertThat(scene.memory.number()).isEqualTo(2);
  }

  @Test
  void undo_after_success_is_one_flip_to_pods_that_are_still_warm() {
    Scene scene = Scene.canary().succeeded().settles(Verdicts.PROVEN).forget();
    scene.says(Action.UNDO).passWithoutPods(Verdicts.PROVEN.verdict());
    scene.passWithoutPods(Verdicts.PROVEN.verdict());
    assertThat(scene.firstWritten()).isInstanceOf(Write.Pin.class);
    assertThat(scene.pin()).hasValue("h1");
    scene.settles(Verdicts.PROVEN).passes(Duration.ofHours(2)).settles(Verdicts.PROVEN);
    assertThat(scene.world.workload().template()).isEqualTo("t1");
    assertThat(Invariants.restored(scene.world)).isTrue();
  }

  @Test
  void undo_after_the_warm_pods_have_gone_makes_them_whole_before_the_flip() {
    Scene scene = Scene.canary().succeeded().passes(Duration.ofHours(2)).settles(Verdicts.PROVEN);
    assertThat(scene.world.set("h1").orElseThrow().size()).isZero();
    scene.says(Action.UNDO).until(Verdicts.PROVEN, s -> s.pin().equals(Optional.of("h1")));
    assertThat(scene.world.ready("h1")).isEqualTo(4);
    scene.passes(Duration.ofHours(2)).settles(Verdicts.PROVEN);
    assertThat(scene.world.workload().template()).isEqualTo("t1");
    assertThat(Invariants.restored(scene.world)).isTrue();
  }

  @Test
  void undo_in_the_moment_in_which_the_warm_pods_are_told_to_go_waits_for_others() {
    Scene scene = Scene.canary().succeeded().settles(Verdicts.PROVEN).passes(Duration.ofHours(2));
    while (scene.world.set("h1").orElseThrow().size() > 0) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    assertThat(scene.world.set("h1").orElseThrow().pods()).as("they still are there").isEqualTo(4);
    scene.says(Action.UNDO).passWithoutPods(Verdicts.PROVEN.verdict());
    scene.passWithoutPods(Verdicts.PROVEN.verdict());
    assertThat(scene.pin()).isNotEqualTo(Optional.of("h1"));
    scene.until(Verdicts.PROVEN, s -> s.pin().equals(Optional.of("h1")));
    assertThat(scene.world.ready("h1")).isEqualTo(4);
  }

  @Test
  void an_undone_version_that_comes_back_from_git_stays_held() {
    Scene scene = Scene.canary().succeeded().settles(Verdicts.PROVEN).says(Action.UNDO);
    scene.until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED && s.memory.number() == 2);
    scene.template("t2").settles(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("aborted-stands");
    assertThat(scene.pin().or(() -> Optional.of("h1"))).hasValue("h1");
  }

  @Test
  void scaled_to_zero_by_its_user_ends_the_release() {
    Scene scene = Scene.canary().releasing("at-20");
    scene.world = Objects.replicas(scene.world, 0);
    scene.pass(Verdicts.EARLY);
    assertThat(scene.code()).isEqualTo("scaled-to-zero");
  }

  @Test
  void a_check_that_says_no_ends_the_release_before_any_user_met_it() {
    Scene scene = Scene.of(Specs.everything()).template("t2");
    scene.until(Verdicts.EARLY, s -> s.world.checks().containsKey("unit"));
    scene.world = Objects.check(scene.world, "unit", new CheckResult.Failed("3 tests failed."));
    scene.pass(Verdicts.EARLY);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
    assertThat(scene.sentence()).isEqualTo("check unit: 3 tests failed.");
  }

  @Test
  void a_way_back_that_cannot_be_rehearsed_holds_until_it_can() {
    Scene scene = Scene.of(Specs.everything()).template("t2");
    scene.until(Verdicts.EARLY, s -> s.world.checks().containsKey("unit"));
    scene.passChecks();
    scene.until(Verdicts.EARLY, s -> s.world.checks().containsKey("way-back"));
    scene.world =
        Objects.check(scene.world, "way-back", new CheckResult.Failed("A Secret is missing."));
    scene.until(Verdicts.EARLY, s -> s.condition() == Condition.HELD);
    assertThat(scene.sentence())
        .isEqualTo("check way-back: A Secret is missing. It is tried again.");
    assertThat(scene.phase()).isEqualTo(Phase.PREPARING);
    scene.passChecksUntil(s -> s.phase() == Phase.SHIFTING);
  }

  @Test
  void the_way_back_is_rehearsed_again_before_the_flip() {
    Scene scene = Scene.of(Specs.everything()).template("t2");
    scene.passChecksUntil(s -> s.code().equals("approval"));
    scene.says(Action.APPROVE);
    scene.passChecksUntil(s -> s.code().equals("approval") && s.stage().equals("full"));
    assertThat(scene.world.checks()).doesNotContainKey("way-back-again");
    scene.says(Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.world.checks().containsKey("way-back-again"));
    assertThat(scene.phase()).isEqualTo(Phase.SHIFTING);
    scene.passChecksUntil(s -> s.phase() == Phase.BAKING);
  }

  @Test
  void a_policy_that_is_removed_ends_its_release_and_leaves_nothing_behind() {
    Scene scene = Scene.canary().releasing("at-50").removed();
    scene.passWithoutPods(Verdicts.PROVEN.verdict());
    assertThat(scene.weight()).isZero();
    scene.settles(Verdicts.PROVEN).passes(Duration.ofMinutes(1)).settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.SUPERSEDED);
    assertThat(Invariants.restored(scene.world)).isTrue();
    assertThat(scene.code()).isEqualTo("leaving");
  }

  @Test
  void a_policy_that_is_removed_keeps_nothing_warm() {
    Scene scene = Scene.canary().succeeded().removed();
    scene.settles(Verdicts.PROVEN);
    assertThat(Invariants.restored(scene.world)).isTrue();
    assertThat(scene.world.set("h1").orElseThrow().active()).isFalse();
  }

  @Test
  void a_policy_that_is_removed_after_an_abort_leaves_stable_and_not_the_aborted_version() {
    Scene scene = Scene.canary().releasing("at-50");
    scene.settles(Verdicts.HARM).passes(Duration.ofMinutes(1)).settles(Verdicts.EARLY);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTED);
    assertThat(scene.world.workload().held()).isTrue();
    scene.removed().settles(Verdicts.EARLY);
    assertThat(scene.world.workload().held()).isFalse();
    assertThat(scene.world.workload().template()).isEqualTo("t1");
  }

  @Test
  void harm_is_answered_before_any_command() {
    Scene scene = Scene.canary().releasing("at-50").says(Action.PAUSE).says(Action.PROMOTE);
    scene.passWithoutPods(Verdicts.HARM.verdict());
    assertThat(scene.weight()).isZero();
  }
}
