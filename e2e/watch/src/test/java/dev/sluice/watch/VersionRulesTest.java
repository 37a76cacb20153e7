package dev.sluice.watch;

import static dev.sluice.watch.Story.CANDIDATE;
import static dev.sluice.watch.Story.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Invariants 3, 8, 9, 10, 11, 12 and 13, and what holds a version back. */
class VersionRulesTest {
  @Test
  void stable_that_loses_pods_before_the_hand_over_is_seen() {
    assertThat(Story.opened().atHalf().set(Writer.SLUICE, STABLE, 2).broken()).containsExactly("3");
    assertThat(Story.opened().atHalf().out(STABLE).broken()).containsExactly("3");
    Story late = Story.opened().atHalf().set(Writer.CLUSTER, STABLE, 2).passes(12).nothing();
    assertThat(late.broken()).containsExactly("3");
  }

  @Test
  void an_autoscaler_may_change_how_many_stable_has() {
    Story story = Story.opened().atHalf().scales(3).set(Writer.CLUSTER, STABLE, 3).passes(12);
    assertThat(story.nothing().broken()).isEmpty();
    Story grows = Story.opened().atHalf().scales(6).passes(1).set(Writer.CLUSTER, STABLE, 6);
    assertThat(grows.passes(12).nothing().broken()).doesNotContain("3");
  }

  @Test
  void an_old_version_that_goes_before_its_time_is_seen() {
    Story story = Story.opened().succeeded().passes(30).set(Writer.SLUICE, STABLE, 0);
    assertThat(story.broken()).containsExactly("3");
    Story replaced =
        Story.opened()
            .succeeded()
            .passes(30)
            .deploys("ccc")
            .checking(CANDIDATE, "ccc")
            .set(Writer.SLUICE, STABLE, 0);
    assertThat(replaced.broken()).isEmpty();
  }

  @Test
  void what_users_wrote_is_theirs() {
    Story story =
        Story.opened()
            .prepared()
            .told(
                Writer.SLUICE,
                "Service",
                "{ metadata: { name: 'shop', labels: { 'sluice.dev/policy': 'shop' }, annotations: { 'sluice.dev/pin': 'aaa' } }, spec: { selector: { app: 'shop', 'pod-template-hash': 'aaa' }, ports: [81] } }");
    assertThat(story.broken()).containsExactly("8");
    assertThat(story.violations().getFirst().sentence()).contains("spec.ports", "[80]", "[81]");
    assertThat(Story.opened().prepared().deploys("ccc").broken()).isEmpty();
  }

  @Test
  void an_autoscaler_is_its_users_alone() {
    String one = "{ metadata: { name: 'shop' }, spec: { maxReplicas: 7 } }";
    Story story = Story.opened().told(Writer.USER, "HorizontalPodAutoscaler", one);
    story.told(Writer.USER, "HorizontalPodAutoscaler", one.replace("7", "8"));
    assertThat(story.broken()).isEmpty();
    story.told(Writer.SLUICE, "HorizontalPodAutoscaler", one);
    assertThat(story.broken()).containsExactly("8");
  }

  @Test
  void sluice_writes_a_template_only_where_it_is_asked_to() {
    Story story = Story.opened().prepared();
    story.deploys(STABLE).deployment(Writer.SLUICE);
    assertThat(story.broken()).isEmpty();
    String other = story.deployment(true).replace("image: 'aaa'", "image: 'ccc'");
    assertThat(story.told(Writer.SLUICE, "Deployment", other).broken()).containsExactly("8");
    Story undone = Story.opened().succeeded().commands("Undo");
    assertThat(undone.told(Writer.SLUICE, "Deployment", other).broken()).doesNotContain("8");
  }

  @Test
  void a_user_may_edit_a_route_that_is_split() {
    Story story =
        Story.opened()
            .atSmall()
            .route(
                Writer.USER,
                "shop shop-candidate 50 1000 1",
                "[{ matches: [{ path: '/' }], timeouts: { request: '5s' }, backendRefs: [{ name: 'shop', port: 80, weight: 950 }, { name: 'shop-candidate', port: 80, weight: 50 }] }]");
    story.route(
        Writer.SLUICE,
        "",
        "[{ matches: [{ path: '/' }], timeouts: { request: '5s' }, backendRefs: [{ name: 'shop', port: 80, weight: 1 }] }]");
    assertThat(story.broken()).isEmpty();
    // What the user wrote is lost.
    assertThat(story.noSplit().broken()).containsExactly("8");
  }

  @Test
  void marks_mean_nothing_on_what_nobody_has_adopted() {
    Story story =
        Story.opened()
            .route(
                Writer.USER,
                "shop shop-candidate 1000 1000 1",
                "[{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80 }] }]");
    story.told(
        Writer.USER,
        "Service",
        "{ metadata: { name: 'shop', annotations: { 'sluice.dev/pin': 'aaa' } }, spec: { selector: { app: 'shop' }, ports: [80] } }");
    assertThat(story.passes(12).broken()).isEmpty();
  }

  @Test
  void what_is_left_when_a_release_has_ended_is_seen() {
    Story story =
        Story.opened().prepared().says("Aborting", "", "0%").noSplit().says("Aborted", "", "0%");
    assertThat(story.broken()).containsExactly("8");
    assertThat(story.violations().getFirst().sentence())
        .contains("the candidate's Service", "a pin on Service shop");
    assertThat(
            Story.opened().handingOver().says("Succeeded", "", "0%").passes(12).nothing().broken())
        .contains("8");
  }

  @Test
  void a_mark_that_outlives_its_policy_is_seen() {
    assertThat(Story.opened().adopted().policyIsGone().broken()).containsExactly("8");
  }

  @Test
  void an_operator_that_was_replaced_writes_no_more() {
    assertThat(Story.opened().adopted().by("second").broken()).isEmpty();
    assertThat(Story.opened().adopted().by("second").by("first").broken()).containsExactly("9");
  }

  @Test
  void a_candidate_before_the_pins_is_seen() {
    Story story = Story.opened().adopted().deploys(CANDIDATE).checking().candidate(1);
    assertThat(story.broken()).containsExactly("10");
  }

  @Test
  void a_pin_that_goes_while_two_versions_have_pods_is_seen() {
    assertThat(Story.opened().atSmall().unpins().broken()).contains("10");
  }

  @Test
  void a_pin_and_a_selector_that_do_not_agree_are_seen() {
    Story other = Story.opened().prepared().service(Writer.USER, "");
    assertThat(other.broken()).containsExactly("10");
    Story stays = Story.opened().adopted().pins(STABLE);
    stays.unpins();
    assertThat(stays.broken()).isEmpty();
    Story kept = Story.opened().adopted().pins(STABLE);
    kept.told(
        Writer.SLUICE,
        "Service",
        "{ metadata: { name: 'shop' }, spec: { selector: { app: 'shop', 'pod-template-hash': 'aaa' }, ports: [80] } }");
    assertThat(kept.broken()).contains("10");
  }

  @Test
  void a_pin_to_a_version_without_pods_is_seen() {
    assertThat(Story.opened().prepared().pins("ccc").broken()).contains("10");
  }

  @Test
  void two_sets_in_a_held_deployment_are_seen() {
    assertThat(Story.opened().handingOver().in(CANDIDATE).broken()).contains("11");
  }

  @Test
  void an_aborted_version_comes_again_by_retry_only() {
    Story aborted =
        Story.opened()
            .prepared()
            .says("Aborting", "", "0%")
            .noSplit()
            .noOwnService()
            .candidate(0)
            .unpins()
            .says("Aborted", "", "0%");
    assertThat(aborted.broken()).isEmpty();
    aborted.commands("Retry").checking();
    assertThat(aborted.broken()).isEmpty();
    aborted.says("Aborting", "", "0%").says("Aborted", "", "0%").checking();
    assertThat(aborted.broken()).containsExactly("12");
  }

  @Test
  void a_decision_without_a_code_or_a_sentence_is_seen() {
    assertThat(Story.opened().prepared().decides("pods", "Waits for 2 pods.").broken()).isEmpty();
    assertThat(Story.opened().prepared().decides("", "Waits for 2 pods.").broken())
        .containsExactly("13");
    assertThat(Story.opened().prepared().decides("pods", "").broken()).containsExactly("13");
    assertThat(Story.opened().prepared().decides("pods", "Waits for null pods.").broken())
        .containsExactly("13");
  }

  @Test
  void a_held_deployment_that_is_not_paused_is_seen() {
    Story story = Story.opened().prepared();
    assertThat(story.told(Writer.USER, "Deployment", story.deployment(false)).broken())
        .containsExactly("held");
  }

  @Test
  void a_rollout_that_begins_by_itself_is_seen() {
    Story story = Story.opened().adopted();
    story
        .told(Writer.USER, "Deployment", story.deployment(false))
        .told(
            Writer.CLUSTER,
            "ReplicaSet",
            "{ metadata: { name: 'shop-x', labels: { app: 'shop', 'pod-template-hash': 'x' }, ownerReferences: [{ kind: 'Deployment', uid: 'd' }] }, spec: { replicas: 1 } }");
    assertThat(story.broken()).containsExactly("held");
  }

  @Test
  void a_pod_too_many_is_seen() {
    Story story =
        Story.opened().handingOver().out(STABLE).in(CANDIDATE).ready(CANDIDATE, 5).released();
    assertThat(story.says("Succeeded", "", "0%").broken()).containsExactly("pods");
  }
}
