package dev.sluice.cli;

import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A policy as people read it: what will happen, in which order, for how long. */
public final class PolicyTable {
  private PolicyTable() {}

  public static String of(ReleasePolicy policy, Plan plan) {
    List<String> lines = new ArrayList<>();
    String kind =
        switch (plan.spec().strategy()) {
          case Strategy.Canary _ ->
              plan.spec().route().isPresent() ? "canary" : "canary by pod counts";
          case Strategy.BlueGreen _ -> "blue-green";
        };
    lines.add(
        "%s releases %s %s: %s"
            .formatted(
                policy.metadata().name(),
                policy.spec().workloadRef().kind(),
                policy.spec().workloadRef().name(),
                kind));
    for (Stage stage : plan.stages()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-12s %6s  %s to %s%s%s",
              stage.name(),
              stage.served(),
              ShortDuration.format(stage.min()),
              ShortDuration.format(stage.max()),
              stage.match().isEmpty() ? "" : ", whitelist",
              stage.approval() == Approval.NONE
                  ? ""
                  : ", asks " + Words.of(stage.approval()).toLowerCase(Locale.ROOT)));
    }
    lines.add("  flip, then bake for " + ShortDuration.format(plan.spec().strategy().bake()));
    lines.add(
        "  judged by %s; false alarm %s, %s"
            .formatted(
                String.join(
                    ", ", plan.spec().analysis().metrics().stream().map(Metric::name).toList()),
                policy.spec().analysis().falseAlarm(),
                switch (plan.spec().analysis().arm()) {
                  case ALWAYS -> "aborts by itself without proof (arm: Always)";
                  case MEASURED -> "aborts by itself once its false alarms are measured";
                  case NEVER -> "never aborts by itself, but on an outage";
                }));
    return String.join(System.lineSeparator(), lines);
  }
}
