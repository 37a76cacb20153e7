package dev.sluice.watch;

import static dev.sluice.watch.Story.CANDIDATE;
import static dev.sluice.watch.Story.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Invariants 1, 2, 5 and what the route says. */
class TrafficRulesTest {
  @Test
  void weight_without_ready_pods_is_seen_at_once() {
    Story story =
        Story.opened().adopted().deploys(CANDIDATE).checking().pins(STABLE).candidate(1).split(0);
    assertThat(story.broken()).isEmpty();
    story.shifting("small", "5%").split(50);
    assertThat(story.broken()).contains("1");
  }

  @Test
  void half_of_the_traffic_needs_half_of_the_pods() {
    Story story = Story.opened().atSmall().passes(11).shifting("half", "50%").split(500);
    assertThat(story.broken()).containsExactly("1");
  }

  @Test
  void a_pod_that_died_a_moment_before_the_weight_came_is_nobodys_fault() {
    Story story = Story.opened().prepared().shifting("small", "5%").passes(5).ready(CANDIDATE, 0);
    story.split(50);
    assertThat(story.broken()).doesNotContain("1");
  }

  @Test
  void pods_that_are_lost_take_the_weight_with_them_before_long() {
    Story story = Story.opened().atSmall().passes(5).ready(CANDIDATE, 0).passes(9).nothing();
    assertThat(story.broken()).isEmpty();
    assertThat(story.passes(3).nothing().broken()).contains("1");
    Story followed =
        Story.opened()
            .atSmall()
            .passes(5)
            .ready(CANDIDATE, 0)
            .passes(2)
            .shifting("small", "0%")
            .split(0)
            .passes(20);
    assertThat(followed.nothing().broken()).isEmpty();
  }

  @Test
  void the_flip_needs_pods_for_everything() {
    Story story = Story.opened().atHalf().passes(11).says("Baking", "bake", "100%").pins(CANDIDATE);
    assertThat(story.broken()).containsExactly("1");
  }

  @Test
  void a_route_to_nothing_is_seen() {
    Story story =
        Story.opened()
            .atSmall()
            .route(
                Writer.SLUICE,
                "",
                "[{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80, weight: 0 }] }]");
    assertThat(story.broken()).contains("2", "8");
  }

  @Test
  void a_rule_behind_which_all_pods_died_is_seen_when_others_could_answer() {
    Story story = Story.opened().atHalf().ready(STABLE, 0).passes(12).nothing();
    // Half of it still leads to the candidate.
    assertThat(story.broken()).doesNotContain("2");
    Story pinned = Story.opened().prepared().ready(STABLE, 0).passes(12).nothing();
    assertThat(pinned.broken()).contains("2", "10");
  }

  @Test
  void pods_that_go_before_the_traffic_does_are_no_way_back() {
    Story story = Story.opened().atHalf().says("Aborting", "", "0%").candidate(0);
    assertThat(story.broken()).containsExactly("2");
  }

  @Test
  void a_way_back_that_leaves_some_while_stable_is_whole_is_seen() {
    Story story = Story.opened().atHalf().passes(3).says("Aborting", "", "0%").split(200);
    assertThat(story.broken()).containsExactly("2");
    Story partial = Story.opened().atHalf().ready(STABLE, 2).passes(3).says("Aborting", "", "0%");
    assertThat(partial.split(200).broken()).isEmpty();
  }

  @Test
  void a_way_back_that_does_not_come_is_seen() {
    Story story = Story.opened().atHalf().passes(3).says("Aborting", "", "0%").passes(12).nothing();
    assertThat(story.broken()).containsExactly("2");
  }

  @Test
  void a_stage_that_is_left_too_early_is_seen() {
    Story story = Story.opened().atSmall().passes(5).shifting("half", "50%");
    assertThat(story.broken()).containsExactly("5");
  }

  @Test
  void a_person_may_promote() {
    Story story = Story.opened().atSmall().passes(5).commands("Promote").shifting("half", "50%");
    assertThat(story.broken()).isEmpty();
  }

  @Test
  void a_stage_that_is_skipped_is_seen() {
    assertThat(Story.opened().prepared().shifting("half", "50%").broken()).contains("5");
    assertThat(Story.opened().atSmall().passes(11).says("Baking", "bake", "100%").broken())
        .contains("5");
  }

  @Test
  void more_weight_than_the_stage_asks_for_is_seen() {
    Story story = Story.opened().prepared().shifting("small", "5%").split(100);
    assertThat(story.broken()).containsExactly("5");
    assertThat(Story.opened().prepared().split(10).broken()).containsExactly("5");
  }

  @Test
  void a_bake_that_is_cut_short_is_seen() {
    Story story = Story.opened().baking().passes(4).says("HandingOver", "", "100%");
    assertThat(story.broken()).containsExactly("5");
  }

  @Test
  void a_policy_that_changes_in_mid_release_is_another_plan() {
    Story story =
        Story.opened()
            .atSmall()
            .asks(
                "{ strategy: { canary: { bake: '1s', stages: [{ name: 'small', weight: 5, min: '1s' }, { name: 'half', weight: 50, min: '1s' }] } } }")
            .passes(2)
            .shifting("half", "50%");
    assertThat(story.broken()).isEmpty();
  }

  @Test
  void rules_that_are_not_what_the_mark_says_are_seen() {
    Story story =
        Story.opened()
            .prepared()
            .shifting("small", "5%")
            .route(
                Writer.SLUICE,
                "shop shop-candidate 50 1000 1",
                "[{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80, weight: 1 }] }]");
    assertThat(story.broken()).containsExactly("split");
  }

  @Test
  void the_whitelisted_have_a_copy_of_each_rule_that_is_split() {
    String copy =
        "{ matches: [{ path: '/', headers: [] }], backendRefs: [{ name: 'shop-candidate', port: 80, weight: 1 }] },";
    String rule =
        "{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80, weight: 1000 }, { name: 'shop-candidate', port: 80, weight: 0 }] }";
    Map<String, String> marks =
        Map.of(
            "sluice.dev/split", "shop shop-candidate 0 1000 1",
            "sluice.dev/match", "header x-canary always");
    Story right = Story.opened().prepared().shifting("small", "0%");
    assertThat(right.route(Writer.SLUICE, marks, "[" + copy + rule + "]").broken()).isEmpty();
    Story wrong = Story.opened().prepared().shifting("small", "0%");
    assertThat(wrong.route(Writer.SLUICE, marks, "[" + rule + "]").broken())
        .containsExactly("split");
  }

  @Test
  void a_candidate_in_a_route_without_a_mark_is_seen() {
    Story story =
        Story.opened()
            .prepared()
            .route(
                Writer.SLUICE,
                "",
                "[{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80 }, { name: 'shop-candidate', port: 80, weight: 0 }] }]");
    assertThat(story.broken()).contains("split", "8");
  }

  @Test
  void a_route_that_goes_back_and_forth_is_seen() {
    Story story = Story.opened().atSmall();
    for (int i = 0; i < 5; i++) {
      story.passes(1).split(0).passes(1).split(50);
    }
    assertThat(story.broken()).containsExactly("flapping");
  }

  @Test
  void a_status_that_is_behind_is_seen() {
    Story story = Story.opened().prepared().shifting("small", "5%").passes(6).nothing();
    assertThat(story.broken()).containsExactly("told");
    assertThat(Story.opened().adopted().deploys(CANDIDATE).passes(6).nothing().broken())
        .containsExactly("told");
  }
}
