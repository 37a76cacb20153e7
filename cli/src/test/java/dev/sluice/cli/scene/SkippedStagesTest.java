package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** An adaptive ladder as people see it: what was skipped, and what may be. */
class SkippedStagesTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web, namespace: shop }
      spec:
        workloadRef: { name: web }
        services: [web]
        route: { gateway: { httpRoutes: [{ name: web }] } }
        strategy:
          canary:
            adaptive: true
            stages:
              - { name: small, weight: 5, min: 5m, max: 30m }
              - { name: medium, weight: 20, min: 5m, max: 30m }
              - { name: half, weight: 50, min: 5m, max: 30m }
              - { name: most, weight: 80, min: 5m, max: 30m }
      """;

  @Test
  void a_stage_that_was_skipped_is_not_shown_as_one_that_was_passed() {
    assertThat(ladder(2, "small", "half"))
        .isEqualTo(
            "● small 5% ━━ ◌ medium 20% ━━ ◉ half 50% ━━ ○ most 80% ━━ ○ bake ━━ ○ hand-over");
  }

  @Test
  void a_stage_that_was_entered_is() {
    assertThat(ladder(2, "small", "medium", "half")).contains("● medium 20%");
  }

  @Test
  void of_what_the_record_has_forgotten_nothing_is_said() {
    assertThat(ladder(3, "half", "most")).contains("● small 5% ━━ ● medium 20% ━━ ● half 50%");
  }

  @Test
  void before_anything_was_seen_nothing_is_said_against_a_proof() {
    assertThat(said(0, verdict(Duration.ZERO, false, Share.NONE)))
        .contains(
            "Nothing was seen in this stage yet, so when there will be proof cannot be said;"
                + " absence of harm will do in 30m.")
        .doesNotContain("no proof");
  }

  @Test
  void what_is_proven_beyond_the_next_weight_is_said() {
    assertThat(said(0, verdict(Duration.ofMinutes(4), true, Share.percent(60))))
        .contains(
            "What this stage asks for is proven. So are weights up to 60%: stages before that may"
                + " be skipped.");
  }

  @Test
  void where_no_further_stage_is_within_reach_nothing_of_it_is_said() {
    assertThat(said(0, verdict(Duration.ofMinutes(4), true, Share.percent(49))))
        .contains("What this stage asks for is proven.\n")
        .doesNotContain("skipped");
    assertThat(said(2, verdict(Duration.ofMinutes(4), true, Share.ALL))).doesNotContain("skipped");
  }

  private static String ladder(int at, String... entered) {
    return Frame.of(standing(at, verdict(Duration.ZERO, false, Share.NONE), entered))
        .get(1)
        .toString();
  }

  private static String said(int at, Verdict verdict) {
    return Explanation.of(standing(at, verdict, "small")).text("");
  }

  private static Standing standing(int at, Verdict verdict, String... entered) {
    Plan plan = Plan.of(resolved().spec());
    Saved none = SavedVerdict.nothingYet("web", plan, Settings.defaults().tick());
    Run run =
        new Run(
            "web-7",
            new Run.Versions("bbb", "sbbb", "aaa", "aaa"),
            false,
            Phase.SHIFTING,
            NOW,
            new Run.Progress(at, true, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    Saved saved =
        new Saved(
            Saved.SCHEMA,
            new Memory("web", 7, Optional.of(run), Optional.empty(), List.of(), List.of()),
            1,
            none.ledger(),
            none.counters(),
            Optional.of(NOW),
            none.calibration(),
            none.shown(),
            none.apart(),
            Arrays.stream(entered).map(SkippedStagesTest::entered).toList(),
            Condition.MOVING,
            Optional.of(new Reason("stage", "Enters a stage.")));
    return new Standing(
        NOW, resolved().policy(), plan, saved, verdict, Around.unknown(), List.of());
  }

  private static Resolved resolved() {
    if (!(Manifest.read(POLICY) instanceof Parsed.Ok<Manifest>(Manifest manifest))) {
      throw new AssertionError("the policy has a mistake");
    }
    return Resolved.of(
        (ReleasePolicy) manifest.objects().getFirst(), manifest, Spec.Route.FULL, new Problems());
  }

  private static Decided entered(String stage) {
    return new Decided(
        NOW,
        Optional.of("web-7"),
        "stage",
        "Enters stage %s.".formatted(stage),
        Optional.of(Phase.SHIFTING),
        Optional.of(stage),
        Share.NONE,
        1,
        0,
        Condition.MOVING);
  }

  private static Verdict verdict(Duration observed, boolean proven, Share upTo) {
    Verdict.Figures figures = new Verdict.Figures(10, OptionalDouble.of(0), OptionalDouble.empty());
    return new Verdict(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty(),
        true,
        false,
        proven,
        upTo,
        false,
        true,
        List.of(),
        observed,
        OptionalDouble.empty(),
        0,
        true,
        false,
        false,
        figures,
        figures);
  }
}
