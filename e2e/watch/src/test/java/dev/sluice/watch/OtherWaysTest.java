package dev.sluice.watch;

import static dev.sluice.watch.Story.CANDIDATE;
import static dev.sluice.watch.Story.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Blue-green, a canary by numbers of pods, a canary Ingress, an undo, and a pause that holds. */
class OtherWaysTest {
  private static final String BLUE_GREEN =
      "{ strategy: { blueGreen: { validate: '10s', bake: '10s' } } }";
  private static final String BY_REPLICAS =
      "{ strategy: { canary: { bake: '10s', stages: [{ name: 'half', weight: 50, min: '10s' }] } } }";
  private static final String PAUSES =
      "{ hold: 'Pause', route: {}, strategy: { canary: { bake: '10s', stages: [{ name: 'small', weight: 5, min: '10s' }] } } }";

  private static Story prepared(String spec, int pods) {
    return new Story(spec)
        .adopted()
        .deploys(CANDIDATE)
        .checking()
        .pins(STABLE)
        .candidate(pods)
        .ready(CANDIDATE, pods);
  }

  @Test
  void blue_green_flips_after_its_validation() {
    Story good = prepared(BLUE_GREEN, 4).shifting("preview", "0%").passes(11);
    good.says("Baking", "bake", "100%").pins(CANDIDATE).passes(11).says("HandingOver", "", "100%");
    assertThat(good.violations()).isEmpty();
    Story early = prepared(BLUE_GREEN, 4).shifting("preview", "0%").passes(3);
    assertThat(early.says("Baking", "bake", "100%").broken()).containsExactly("5");
    Story unbaked = prepared(BLUE_GREEN, 4).shifting("preview", "0%").passes(11);
    unbaked.says("Baking", "bake", "100%").passes(11).says("HandingOver", "", "100%");
    assertThat(unbaked.broken()).containsExactly("5");
  }

  @Test
  void by_numbers_of_pods_the_candidate_is_let_in_on_purpose() {
    Story good = prepared(BY_REPLICAS, 1).shifting("half", "50%").candidate(2).ready(CANDIDATE, 2);
    assertThat(good.unpins().passes(11).violations()).isEmpty();
    assertThat(prepared(BY_REPLICAS, 1).unpins().broken()).containsExactly("10");
  }

  @Test
  void where_a_pause_alone_holds_others_may_undo_it_for_a_moment() {
    Story undone = prepared(PAUSES, 1).split(0).passes(1);
    undone.told(Writer.USER, "Deployment", undone.deployment(false));
    undone
        .service(Writer.USER, "")
        .route(
            Writer.USER,
            "shop shop-candidate 0 1000 1",
            "[{ matches: [{ path: '/' }], backendRefs: [{ name: 'shop', port: 80 }] }]");
    undone.passes(2).deployment(Writer.SLUICE).service(Writer.SLUICE).split(0);
    assertThat(undone.passes(20).nothing().violations()).isEmpty();
    Story stays = prepared(PAUSES, 1).passes(1);
    stays.told(Writer.USER, "Deployment", stays.deployment(false)).service(Writer.USER, "");
    assertThat(stays.passes(6).nothing().broken()).containsExactly("10", "held");
  }

  @Test
  void without_the_admission_policies_a_pause_holds_until_a_moment_after_they_are_back() {
    String binding = "{ metadata: { name: 'sluice-pin' }, spec: { policyName: 'sluice-pin' } }";
    String kind = "MutatingAdmissionPolicyBinding";
    Story away = Story.opened().told(Writer.USER, kind, binding).prepared();
    away.told(Writer.USER, kind, binding, true).service(Writer.USER, "");
    away.passes(2).service(Writer.SLUICE);
    assertThat(away.passes(20).nothing().violations()).isEmpty();
    away.told(Writer.USER, kind, binding).passes(2).service(Writer.USER, "");
    away.passes(1).service(Writer.SLUICE);
    assertThat(away.broken()).isEmpty();
    assertThat(away.passes(6).service(Writer.USER, "").broken()).containsExactly("10");

    Story stays = Story.opened().told(Writer.USER, kind, binding).prepared();
    stays.told(Writer.USER, kind, binding, true).service(Writer.USER, "");
    assertThat(stays.passes(6).nothing().broken()).containsExactly("10");

    Story edited = Story.opened().told(Writer.USER, kind, binding).prepared();
    edited.told(Writer.USER, kind, binding.replace("'sluice-pin' } }", "'other' } }"));
    assertThat(edited.service(Writer.USER, "").broken()).isEmpty();
  }

  @Test
  void an_undo_flips_to_the_warm_version_and_marks_the_other() {
    Story story =
        Story.opened()
            .succeeded()
            .passes(5)
            .commands("Undo")
            .begins(CANDIDATE, STABLE, "HandingOver")
            .pins(STABLE)
            .says("Succeeded", "", "0%")
            .passes(5)
            .deploys(STABLE)
            .unpins();
    assertThat(story.broken()).containsExactly("10");
    story.begins(STABLE, CANDIDATE, "Checking");
    assertThat(story.broken()).containsExactly("10", "12");
  }

  @Test
  void a_canary_ingress_is_weighed_too() {
    String ingress =
        "{ metadata: { name: 'shop-candidate', labels: { 'sluice.dev/track': 'candidate' }, annotations: { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '50', 'nginx.ingress.kubernetes.io/canary-weight-total': '1000' } } }";
    Watcher watcher =
        new Watcher(
            new Shop(
                "test",
                "shop",
                "shop",
                List.of("shop"),
                Optional.of(new Shop.Route("Ingress", "shop")),
                Optional.empty()));
    Version version = Story.opened().last("Deployment");
    watcher.saw(version);
    watcher.saw(new Version(version.at(), 99, "Ingress", false, Story.read(ingress)));
    assertThat(watcher.violations()).extracting(Violation::invariant).containsExactly("1");
    assertThat(watcher.violations().getFirst().sentence()).contains("5%");
  }

  @Test
  void rules_that_a_mark_does_not_name_are_left_alone() {
    String mark = "shop shop-candidate 0 1000 1 1";
    String plain = "{ backendRefs: [{ name: 'shop', port: 80 }] }";
    String split =
        "{ backendRefs: [{ name: 'shop', port: 80, weight: 1000 }, { name: 'shop-candidate', port: 80, weight: 0 }] }";
    Story right = Story.opened().route(Writer.USER, "", "[" + plain + "," + plain + "]");
    right.prepared(mark, "[" + plain + "," + split + "]");
    assertThat(right.violations()).isEmpty();
    Story wrong = Story.opened().route(Writer.USER, "", "[" + plain + "," + plain + "]");
    wrong.prepared(mark, "[" + split + "," + split + "]");
    assertThat(wrong.broken()).containsExactly("split");
  }
}
