package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which stages of an adaptive ladder are skipped, and which never are. */
class AdaptiveLadderTest {
  @Test
  void a_ladder_that_is_not_asked_to_skips_nothing_however_much_is_proven() {
    Scene scene = Scene.of(Specs.canary(5, 10, 20, 50)).releasing("at-5");
    assertThat(leaves(scene, 100)).isEqualTo("at-10");
  }

  @Test
  void the_next_stage_is_the_last_whose_weight_is_proven() {
    assertThat(leaves(begun(5, 10, 20, 50), 19)).isEqualTo("at-10");
    assertThat(leaves(begun(5, 10, 20, 50), 20)).isEqualTo("at-20");
    assertThat(leaves(begun(5, 10, 20, 50), 49)).isEqualTo("at-20");
    assertThat(leaves(begun(5, 10, 20, 50), 50)).isEqualTo("at-50");
  }

  @Test
  void it_says_what_it_skips_and_why() {
    Scene scene = begun(5, 10, 20, 50);
    assertThat(leaves(scene, 50)).isEqualTo("at-50");
    assertThat(scene.code()).isEqualTo("stage");
    assertThat(scene.sentence())
        .isEqualTo(
            "Enters stage at-50 and skips at-10, at-20: at 50% what it may cost is proven to be"
                + " inside the budget.");
  }

  @Test
  void each_stage_that_is_entered_takes_its_least_time() {
    Scene scene = begun(5, 10, 20, 50);
    assertThat(leaves(scene, 10)).isEqualTo("at-10");
    scene.settles(Verdicts.EARLY);
    assertThat(scene.stage()).isEqualTo("at-10");
    assertThat(scene.code()).isEqualTo("observing");
    assertThat(leaves(scene, 100)).isEqualTo("at-50");
  }

  @Test
  void the_last_stage_is_never_skipped() {
    Scene scene = begun(5, 10, 20, 50);
    assertThat(leaves(scene, 100)).isEqualTo("at-50");
    assertThat(scene.phase()).isEqualTo(Phase.SHIFTING);
    scene.until(Verdicts.EARLY, s -> s.weight() == 50).settles(Verdicts.EARLY);
    assertThat(scene.stage()).isEqualTo("at-50");
  }

  @Test
  void weight_follows_pods_however_far_it_goes() {
    Scene scene = begun(5, 25, 50, 100);
    while (scene.stage().equals("at-5")) {
      scene.passWithoutPods(Verdicts.PROVEN.verdict());
    }
    assertThat(scene.stage()).isEqualTo("at-100");
    scene.passWithoutPods(Verdicts.EARLY.verdict()).passWithoutPods(Verdicts.EARLY.verdict());
    assertThat(scene.weight()).as("four pods are needed, one is ready").isEqualTo(5);
    scene.settles(Verdicts.EARLY);
    assertThat(scene.weight()).isEqualTo(100);
  }

  @Test
  void a_stage_for_the_whitelisted_is_never_skipped() {
    Scene scene =
        with(
            2,
            s ->
                new Stage(
                    s.name(),
                    s.weight(),
                    List.of(new Match.Header("x-canary", "always")),
                    s.min(),
                    s.max(),
                    s.approval(),
                    s.holdback(),
                    s.mirror()));
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
    assertThat(leaves(scene, 100)).isEqualTo("at-80");
  }

  @Test
  void a_stage_that_sends_copies_is_never_skipped() {
    Scene scene =
        with(
            2,
            s ->
                new Stage(
                    s.name(),
                    s.weight(),
                    s.match(),
                    s.min(),
                    s.max(),
                    s.approval(),
                    s.holdback(),
                    Share.percent(10)));
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
  }

  @Test
  void a_stage_that_waits_for_a_person_is_entered_from_the_one_before_and_never_skipped() {
    Scene scene = with(2, s -> Specs.asking(s, Approval.BEFORE));
    assertThat(leaves(scene, 100)).isEqualTo("at-10");
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.stage()).isEqualTo("at-10");
    assertThat(scene.code()).isEqualTo("approval");
    scene.says(Action.APPROVE);
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
    assertThat(leaves(scene, 100)).isEqualTo("at-80");
  }

  @Test
  void a_stage_that_a_person_has_approved_before_is_entered_at_once() {
    Scene scene = with(2, s -> Specs.asking(s, Approval.BEFORE));
    scene.says(Action.APPROVE, Optional.of("at-20")).pass(Verdicts.EARLY);
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
  }

  @Test
  void a_stage_that_a_person_lets_go_on_is_never_skipped() {
    Scene scene = with(2, s -> Specs.asking(s, Approval.AFTER));
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.stage()).isEqualTo("at-20");
    assertThat(scene.code()).isEqualTo("approval");
  }

  @Test
  void a_stage_with_a_check_of_its_own_is_entered_from_the_one_before_and_never_skipped() {
    CheckSpec check = Specs.check("ready", CheckSpec.Moment.BEFORE_STAGE, Optional.of("at-20"));
    Scene scene =
        Scene.of(Specs.adaptive(Specs.plain(5, 10, 20, 50, 80), List.of(check))).releasing("at-5");
    assertThat(leaves(scene, 100)).isEqualTo("at-10");
    scene.settles(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("checks");
    scene.world = Objects.check(scene.world, "ready", new CheckResult.Passed());
    assertThat(leaves(scene, 100)).isEqualTo("at-20");
  }

  @Test
  void a_person_who_promotes_goes_one_stage() {
    Scene scene = begun(5, 10, 20, 50);
    scene.says(Action.PROMOTE).pass(Verdicts.EARLY);
    assertThat(leaves(scene, 100)).isEqualTo("at-10");
    assertThat(scene.sentence()).isEqualTo("Enters stage at-10.");
  }

  @Test
  void time_goes_one_stage() {
    Scene scene = begun(5, 10, 20, 50);
    while (scene.stage().equals("at-5")) {
      scene.passWithoutPods(Verdicts.unproven());
    }
    assertThat(scene.stage()).isEqualTo("at-10");
  }

  @Test
  void the_whitelisted_prove_nothing_of_everybody_else() {
    List<Stage> stages = new ArrayList<>(Specs.plain(0, 10, 20, 50));
    Stage first = stages.getFirst();
    stages.set(
        0,
        new Stage(
            "whitelist",
            Share.NONE,
            List.of(new Match.Header("x-canary", "always")),
            first.min(),
            first.max(),
            Approval.NONE,
            Share.NONE,
            Share.NONE));
    Scene scene = Scene.of(Specs.adaptive(stages, List.of())).releasing("whitelist");
    assertThat(leaves(scene, 100)).isEqualTo("at-10");
  }

  private static Scene begun(int... percents) {
    return Scene.of(Specs.adaptive(percents)).releasing("at-" + percents[0]);
  }

  /** Five stages, one of them otherwise. */
  private static Scene with(int stage, UnaryOperator<Stage> otherwise) {
    List<Stage> stages = new ArrayList<>(Specs.plain(5, 10, 20, 50, 80));
    stages.set(stage, otherwise.apply(stages.get(stage)));
    Spec spec = Specs.adaptive(stages, List.of());
    return Scene.of(spec).releasing("at-5");
  }

  /** The stage that comes after the present one where so much of the traffic is proven. */
  private static String leaves(Scene scene, int percent) {
    String before = scene.stage();
    for (int i = 0; i < 50 && scene.stage().equals(before); i++) {
      scene.pass(Verdicts.provenUpTo(percent));
    }
    return scene.stage();
  }
}
