package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.world.Command.Action;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose yes lets a release go on. */
class ApprovalStoriesTest {
  private static final Duration SHORT = Duration.ofMinutes(5);
  private static final Set<String> NONE = Set.of();

  @Test
  void the_author_of_the_template_may_not_say_yes_to_it_and_another_may() {
    Scene scene = asked(fourEyes()).says("dana", NONE, Action.APPROVE).pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("command-refused");
    assertThat(scene.sentence())
        .contains("dana was refused: they changed the template, and another person must");
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.sentence())
        .isEqualTo(
            "Waits for approve half: a person must say yes, who did not change the template.");
    scene.says("ann", NONE, Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
  }

  @Test
  void whoever_changed_the_template_since_the_version_that_serves_is_its_author() {
    Scene scene = waiting(fourEyes(), Set.of("dana", "eve"));
    for (String author : List.of("dana", "eve")) {
      scene.says(author, NONE, Action.APPROVE).pass(Verdicts.PROVEN);
      assertThat(scene.code()).as(author).isEqualTo("command-refused");
    }
  }

  @Test
  void who_cannot_be_known_to_be_another_person_is_not_taken_for_one() {
    Scene scene = waiting(fourEyes(), NONE).says("ann", NONE, Action.APPROVE).pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("command-refused");
    assertThat(scene.sentence()).contains("who that is was not seen");
    scene.says("ann", NONE, Action.ABORT).pass(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
  }

  @Test
  void to_promote_is_to_say_yes_and_more() {
    Scene scene = asked(fourEyes()).says("dana", NONE, Action.PROMOTE).pass(Verdicts.PROVEN);
    assertThat(scene.code()).isEqualTo("command-refused");
    scene.says("ann", NONE, Action.PROMOTE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
  }

  @Test
  void the_author_may_always_abort() {
    Scene scene = asked(fourEyes()).says("dana", NONE, Action.ABORT).pass(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.ABORTING);
  }

  @Test
  void only_a_member_of_a_group_that_is_asked_may_say_yes() {
    Approvals sre = new Approvals(false, Set.of("sre", "leads"), 1, Optional.empty());
    Scene scene = asked(sre).says("ann", Set.of("devs"), Action.APPROVE).pass(Verdicts.PROVEN);
    assertThat(scene.sentence())
        .isEqualTo(
            "approve of shop-1 by ann was refused: only a member of one of the groups leads, sre may.");
    scene.says("bob", Set.of("devs", "sre"), Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
  }

  @Test
  void two_people_are_two_people_however_often_one_says_it() {
    Approvals two = new Approvals(false, NONE, 2, Optional.empty());
    Scene scene = asked(two);
    assertThat(scene.sentence()).isEqualTo("Waits for approve half: 2 people must say yes.");
    scene.says("ann", NONE, Action.APPROVE).pass(Verdicts.PROVEN);
    scene.says("ann", NONE, Action.APPROVE).settles(Verdicts.PROVEN);
    assertThat(scene.sentence())
        .isEqualTo("Waits for approve half: another person must say yes. ann has.");
    scene.says("bob", NONE, Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
  }

  @Test
  void a_yes_that_was_given_in_advance_is_old_when_its_stage_comes() {
    Approvals hour = new Approvals(false, NONE, 1, Optional.of(Duration.ofHours(1)));
    Scene scene = Scene.of(spec(hour)).releasing("small");
    scene.says(Action.APPROVE, Optional.of("half")).pass(Verdicts.EARLY);
    scene.passes(Duration.ofHours(1)).settles(Verdicts.PROVEN);
    assertThat(scene.stage()).isEqualTo("small");
    assertThat(scene.sentence())
        .isEqualTo(
            "Waits for approve half: a person must say yes. The yes of ann is older than 1 h and counts no longer.");
    scene.says(Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
  }

  @Test
  void a_yes_is_as_old_as_it_was_given_and_not_as_it_was_read() {
    Approvals hour = new Approvals(false, NONE, 1, Optional.of(Duration.ofHours(1)));
    Scene scene = asked(hour).says("ann", NONE, Action.APPROVE).passes(Duration.ofHours(2));
    scene.pass(Verdicts.PROVEN);
    assertThat(scene.sentence())
        .isEqualTo(
            "approve of shop-1 by ann was refused: it was given 2 h ago, and a yes counts for 1 h.");
  }

  @Test
  void a_yes_that_opened_its_stage_is_not_asked_for_again_when_it_is_old() {
    Approvals hour = new Approvals(false, NONE, 1, Optional.of(Duration.ofHours(1)));
    Scene scene = asked(hour).says("ann", NONE, Action.APPROVE);
    scene.until(Verdicts.PROVEN, s -> s.stage().equals("half"));
    scene.passes(Duration.ofHours(2)).settles(Verdicts.PROVEN);
    assertThat(scene.phase()).isEqualTo(Phase.SUCCEEDED);
  }

  /** At the end of the stage before the one that asks. */
  private static Scene asked(Approvals approvals) {
    return waiting(approvals, Set.of("dana"));
  }

  private static Scene waiting(Approvals approvals, Set<String> authors) {
    return Scene.of(spec(approvals))
        .template("t2", authors)
        .until(Verdicts.PROVEN, s -> s.code().equals("approval"));
  }

  private static Approvals fourEyes() {
    return new Approvals(true, NONE, 1, Optional.empty());
  }

  private static Spec spec(Approvals approvals) {
    Stage small = stage("small", 5, Approval.NONE);
    Stage half = stage("half", 50, Approval.BEFORE);
    return Specs.asking(
        new Strategy.Canary(List.of(small, half), SHORT, Optional.empty()), approvals);
  }

  private static Stage stage(String name, int percent, Approval approval) {
    return new Stage(
        name, Share.percent(percent), List.of(), SHORT, SHORT, approval, Share.NONE, Share.NONE);
  }
}
