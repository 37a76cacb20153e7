package dev.sluice.cli.scene;

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
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A release that runs, as whoever decides remembers it. */
final class Running {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

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

  private Running() {}

  /**
   * @param at index of its stage
   * @param retreat why the candidate has no traffic
   */
  static Standing standing(
      Phase phase, int at, Optional<Reason> retreat, Verdict verdict, List<Decided> decisions) {
    return standing(phase, at, retreat, verdict, decisions, Calibration.none());
  }

  private static Standing standing(
      Phase phase,
      int at,
      Optional<Reason> retreat,
      Verdict verdict,
      List<Decided> decisions,
      Calibration calibration) {
    Plan plan = Plan.of(resolved().spec());
    Saved none = SavedVerdict.nothingYet("web", plan, Settings.defaults().tick());
    Run run =
        new Run(
            "web-7",
            new Run.Versions("bbb", "sbbb", "aaa", "aaa"),
            false,
            phase,
            NOW,
            new Run.Progress(at, true, Optional.empty(), Duration.ZERO, false),
            List.of(),
            retreat,
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
            calibration,
            none.shown(),
            none.past(),
            none.apart(),
            decisions,
            Condition.MOVING,
            Optional.of(new Reason("stage", "Enters a stage.")));
    return new Standing(
        NOW, resolved().policy(), plan, saved, verdict, Around.unknown(), List.of());
  }

  /** In its second stage, after nothing yet. */
  static Standing calibrated(Calibration calibration) {
    Verdict nothing = verdict(Duration.ZERO, false, Share.NONE);
    return standing(Phase.SHIFTING, 1, Optional.empty(), nothing, List.of(), calibration);
  }

  static Analysis analysis() {
    return resolved().spec().analysis();
  }

  private static Resolved resolved() {
    if (!(Manifest.read(POLICY) instanceof Parsed.Ok<Manifest>(Manifest manifest))) {
      throw new AssertionError("the policy has a mistake");
    }
    return Resolved.of(
        (ReleasePolicy) manifest.objects().getFirst(), manifest, Spec.Route.FULL, new Problems());
  }

  static Verdict verdict(Duration observed, boolean proven, Share upTo) {
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
