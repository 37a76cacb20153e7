package dev.sluice.cli.plan;

import dev.sluice.cli.scene.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan as people read it. */
public final class PlanText {
  private PlanText() {}

  public static String of(PlanView plan) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "%s in %s: %s.%n%s"
            .formatted(plan.policy(), plan.namespace(), plan.workload(), takes(plan.takes())));
    parts.add(steps(plan.steps()));
    parts.add(pods(plan.pods()));
    parts.add(
        plan.blocks().isEmpty() ? "Nothing blocks it." : list("It is blocked:", plan.blocks()));
    if (!plan.toKnow().isEmpty()) {
      parts.add(list("To know:", plan.toKnow()));
    }
    parts.add(plan.evidence().map(PlanText::evidence).orElse("Today's traffic is not known."));
    if (!plan.unknown().isEmpty()) {
      parts.add(list("Not looked at:", plan.unknown()));
    }
    return String.join(System.lineSeparator().repeat(2), parts);
  }

  private static String takes(PlanView.Takes takes) {
    return "It takes %s at the earliest%s and %s at the latest, if a pod is ready after %s."
        .formatted(
            takes.earliest(),
            takes
                .asGoodAsStable()
                .map(t -> ", " + t + " for a version as good as stable by today's traffic,")
                .orElse(""),
            takes.latest(),
            takes.podsReady());
  }

  private static String steps(List<PlanView.Step> steps) {
    Columns columns = new Columns(List.of("AT", "BY", "STEP", "WEIGHT", "PODS", "WRITES"));
    for (PlanView.Step step : steps) {
      List<String> lines = new ArrayList<>(step.writes());
      step.asks().forEach(a -> lines.add(a.replaceFirst(":.*", "") + " by a person"));
      columns.add(
          List.of(
              step.at().orElse("skipped"),
              step.by(),
              step.name(),
              step.weight(),
              step.old() + "+" + step.added(),
              lines.isEmpty() ? Columns.NOTHING : lines.getFirst()));
      lines.stream().skip(1).forEach(l -> columns.add(List.of("", "", "", "", "", l)));
    }
    return columns.toString();
  }

  private static String pods(PlanView.Pods pods) {
    return "Pods: %d today, %d at the peak%s."
        .formatted(
            pods.today(),
            pods.most(),
            pods.asking().map(a -> "; those beyond today's ask for " + a).orElse(""));
  }

  private static String evidence(PlanView.Evidence evidence) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Evidence at %s requests/s, %.2f %% of them bad (%s); %s",
            rate(evidence.requestsPerSecond()),
            100 * evidence.errors(),
            evidence.source(),
            evidence.armed()
                ? "harm is taken back without asking."
                : "only an outage is taken back without asking, other harm holds (arm)."));
    if (!evidence.stages().isEmpty()) {
      lines.add(stages(evidence.stages()));
    }
    evidence
        .stands()
        .ifPresent(why -> lines.add("A version as good as stable would stand: " + why));
    lines.add(list("It cannot see:", evidence.cannotSee()));
    return String.join(System.lineSeparator(), lines);
  }

  private static String stages(List<PlanView.Stage> stages) {
    List<String> head =
        new ArrayList<>(List.of("STAGE", "WEIGHT", "REQUESTS", "AS GOOD AS STABLE"));
    for (double errors : PlanOf.HARMS) {
      head.add(String.format(Locale.ROOT, "%.0f %% FAIL", 100 * errors));
    }
    Columns columns = new Columns(head);
    for (PlanView.Stage stage : stages) {
      List<String> row = new ArrayList<>();
      row.add(stage.name());
      row.add(stage.weight());
      row.add(String.format(Locale.ROOT, "%.0f in %s", stage.requestsInMin(), stage.min()));
      row.add(stage.passes().map(t -> "passes in " + t).orElse("stands"));
      for (int i = 0; i < PlanOf.HARMS.size(); i++) {
        row.add(i < stage.harms().size() ? harm(stage.harms().get(i)) : Columns.NOTHING);
      }
      columns.add(row);
    }
    return columns.toString();
  }

  private static String harm(PlanView.Harm harm) {
    String end =
        switch (harm.end()) {
          case "TakenBack" -> "back in " + harm.after();
          case "Held" -> "asks after " + harm.after();
          default -> "not seen in " + harm.after();
        };
    return String.format(Locale.ROOT, "%s, %.0f hurt", end, harm.hurt());
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
  }

  private static String list(String head, List<String> sentences) {
    return sentences.stream()
        .map(s -> System.lineSeparator() + "  - " + s)
        .reduce(head, String::concat);
  }
}
