package dev.sluice.cli.console;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.scene.Around;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import dev.sluice.operator.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How policies stand, as tests need it: from what an operator would remember. */
final class Stands {
  static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

  private Stands() {}

  /** A release in its first stage, whose counters were last read so many seconds after noon. */
  static Glance running(String name, int readAt, Decided... decisions) {
    return glance(name, readAt, Phase.SHIFTING, List.of(decisions), Arming.none());
  }

  static Glance ended(String name, Decided... decisions) {
    return glance(name, 0, Phase.ABORTED, List.of(decisions), Arming.none());
  }

  static Glance idle(String name, Arming arming) {
    Saved none = nothing(name);
    return glance(name, with(none, none.memory(), Optional.empty(), List.of(), arming));
  }

  static Decided decided(String name, int second, int percent, double odds, String sentence) {
    return decided(name, second, percent, odds, sentence, Phase.SHIFTING);
  }

  static Decided decided(
      String name, int second, int percent, double odds, String sentence, Phase phase) {
    return new Decided(
        NOON.plusSeconds(second),
        Optional.of(name + "-7"),
        "stage",
        sentence,
        Optional.of(phase),
        Optional.of("small"),
        Share.percent(percent),
        odds,
        2,
        Condition.MOVING);
  }

  private static Glance glance(
      String name, int readAt, Phase phase, List<Decided> decisions, Arming arming) {
    Run run =
        new Run(
            name + "-7",
            new Run.Versions("bbb", "sbbb", "aaa", "aaa"),
            false,
            phase,
            NOON,
            new Run.Progress(0, true, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    Memory memory = new Memory(name, 7, Optional.of(run), Optional.empty(), List.of(), List.of());
    return glance(
        name,
        with(nothing(name), memory, Optional.of(NOON.plusSeconds(readAt)), decisions, arming));
  }

  private static Glance glance(String name, Saved saved) {
    ReleasePolicy policy = policy(name);
    Plan plan = plan(policy);
    Standing standing =
        new Standing(
            NOON.plusSeconds(60),
            policy,
            plan,
            saved,
            SavedVerdict.of(plan, saved, Settings.defaults().tick(), OptionalDouble.empty()),
            new Around(Map.of(), Map.of(), OptionalDouble.of(250), Optional.empty()),
            List.of());
    return new Glance(PolicyView.of(standing, Map.of()), Optional.of(standing));
  }

  private static Saved with(
      Saved none, Memory memory, Optional<Instant> readAt, List<Decided> decisions, Arming arming) {
    Shown shown =
        new Shown(
            none.shown().terms(),
            none.shown().falseAlarm(),
            arming,
            arming.slots() > 0 ? Optional.of(NOON.minusSeconds(3600)) : Optional.empty());
    return new Saved(
        Saved.SCHEMA,
        memory,
        1,
        none.ledger(),
        none.counters(),
        readAt,
        none.calibration(),
        shown,
        none.past(),
        none.apart(),
        decisions,
        Condition.MOVING,
        decisions.isEmpty()
            ? Optional.empty()
            : Optional.of(new Reason("stage", decisions.getLast().sentence())));
  }

  private static Saved nothing(String name) {
    return SavedVerdict.nothingYet(name, plan(policy(name)), Settings.defaults().tick());
  }

  private static ReleasePolicy policy(String name) {
    String text =
        """
        {"apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePolicy",
         "metadata": {"name": "%s", "namespace": "shop"},
         "spec": {"workloadRef": {"name": "web"}, "services": ["web"],
                  "route": {"gateway": {"httpRoutes": [{"name": "web"}]}},
                  "strategy": {"canary": {"stages": [{"name": "small", "weight": 5, "min": "10m"},
                                                      {"name": "half", "weight": 50}]}}}}
        """
            .formatted(name);
    return switch (Manifest.read(text)) {
      case Parsed.Ok<Manifest>(Manifest manifest) -> (ReleasePolicy) manifest.objects().getFirst();
      case Parsed.Bad<Manifest> bad -> throw new IllegalStateException(bad.problems().toString());
    };
  }

  private static Plan plan(ReleasePolicy policy) {
    Manifest alone = new Manifest(List.of(policy));
    return Plan.of(Resolved.of(policy, alone, Spec.Route.FULL, new Problems()).spec());
  }
}
