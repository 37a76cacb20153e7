package dev.sluice.cli.scene;

import dev.sluice.api.ShortDuration;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the evidence of a running release says, in words. */
final class Evidence {
  private Evidence() {}

  /** Sentences; none while nothing is judged. */
  static List<String> of(Run run, Standing standing) {
    List<String> said = new ArrayList<>();
    if (run.phase() != Phase.SHIFTING && run.phase() != Phase.BAKING) {
      return said;
    }
    Verdict v = standing.verdict();
    said.add(
        text(
            "The odds that the candidate harms are %.1f to 1%s; at %.0f to 1 it %s.",
            Math.min(v.odds(), 1e9),
            v.metric().map(metric -> ", most by " + metric).orElse(""),
            standing.limit(),
            standing.atLimit()));
    said.add(standing.atMost());
    said.add(hurt(v, standing));
    if (run.phase() == Phase.SHIFTING) {
      said.add(longer(run, standing));
    }
    said.addAll(standing.saved().apart().sentences(Settings.defaults().tick()));
    said.addAll(blind(standing, run));
    return said;
  }

  private static String hurt(Verdict v, Standing standing) {
    double budget = standing.budget();
    String so = text("About %.0f requests were hurt so far", Math.max(0, v.hurt()));
    return budget > 0 ? so + text("; the release may cost %.0f.", budget) : so + ".";
  }

  private static String longer(Run run, Standing standing) {
    Plan plan = standing.plan();
    boolean last = plan.isLast(run.stage());
    Verdict v = standing.verdict();
    if (last ? v.nonInferior() : v.proven()) {
      return "What this stage asks for is proven." + further(run, plan, v);
    }
    Optional<Share> next = last ? Optional.empty() : Optional.of(plan.after(run.stage()));
    Optional<Duration> until =
        SavedVerdict.untilProven(plan, standing.saved(), next, Settings.defaults().tick());
    Duration left = plan.stages().get(run.stage()).max().minus(v.observed());
    String without =
        left.isPositive()
            ? "absence of harm will do in " + whole(left)
            : "absence of harm will do now, if enough was seen";
    if (v.observed().isZero()) {
      return "Nothing was seen in this stage yet, so when there will be proof cannot be said; "
          + without
          + ".";
    }
    return until
        .filter(time -> time.compareTo(left) < 0)
        .map(
            time ->
                "At today's traffic, and if it goes on like this, the proof takes about %s more."
                    .formatted(whole(time)))
        .orElse("At today's traffic there will be no proof in this stage's time; " + without + ".");
  }

  /** On an adaptive ladder: whether more than the next stage is within reach. */
  private static String further(Run run, Plan plan, Verdict v) {
    int afterNext = run.stage() + 2;
    return plan.adaptive()
            && afterNext < plan.stages().size()
            && plan.raisesTheWeightAlone(run.stage() + 1)
            && plan.stages().get(afterNext).served().compareTo(v.provenUpTo()) <= 0
        ? " So are weights up to %s: stages before that may be skipped.".formatted(v.provenUpTo())
        : "";
  }

  /** What nobody shows cannot be seen; nor what takes longer than a release. */
  private static List<String> blind(Standing standing, Run run) {
    Verdict v = standing.verdict();
    Analysis analysis = standing.plan().spec().analysis();
    List<String> blind = new ArrayList<>(v.unknown());
    if (run.retreat().isPresent()) {
      blind.add("It cannot see the candidate while stable has all of the traffic.");
    } else if (run.phase() == Phase.BAKING) {
      blind.add(
          "It cannot see stable while the candidate has all of the traffic, and compares with its"
              + " past.");
    } else {
      blind.addAll(unread(v, analysis));
    }
    if (!standing.saved().calibration().known()) {
      blind.add(
          "It cannot see what is usual here: of stable too little was seen before this release, so"
              + " how much it scatters is guessed, with care.");
    }
    young(analysis.metrics()).ifPresent(blind::add);
    blind.add("It cannot see what takes longer to show than the stages last.");
    return blind;
  }

  /**
   * Who suspects that new pods are not warm yet is told how old they are when they are compared.
   */
  static Optional<String> young(List<Metric> metrics) {
    List<String> from =
        metrics.stream()
            .filter(m -> !m.warmUp().isZero())
            .map(m -> ShortDuration.format(m.warmUp()) + " in " + m.name())
            .toList();
    return from.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "It cannot see pods younger than %s; if new ones need longer to get warm, say so in the metric's warmUp."
                .formatted(String.join(", ", from)));
  }

  private static List<String> unread(Verdict v, Analysis analysis) {
    List<String> unread = new ArrayList<>();
    boolean latency = analysis.metrics().stream().anyMatch(m -> m.kind() == Metric.Kind.LATENCY);
    if (latency && v.stable().p99Seconds().isEmpty()) {
      unread.add("It cannot see latency: no histogram of stable's was read yet.");
    }
    if (v.candidate().requestsPerSecond() == 0) {
      unread.add("It cannot see the candidate: none of its requests was read yet.");
    }
    return unread;
  }

  private static String whole(Duration time) {
    return ShortDuration.format(Duration.ofSeconds(Math.max(1, time.toSeconds())));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
