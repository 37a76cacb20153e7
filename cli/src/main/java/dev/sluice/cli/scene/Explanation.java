package dev.sluice.cli.scene;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Stage;
import dev.sluice.operator.Decided;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a release stands where it stands.
 *
 * @param where it stands
 * @param why the last decision's reason
 * @param needs what must be so before it goes on, and how far that is
 * @param evidence what it says: odds, bounds, users hurt, and what it cannot see
 * @param judge whether it may abort on evidence alone, and why
 * @param can what a person can do now: commands
 * @param came how it came there, oldest first
 * @param troubles what stands in the way
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Explanation(
    String where,
    String why,
    List<String> needs,
    List<String> evidence,
    Optional<String> judge,
    List<String> can,
    List<String> came,
    List<String> troubles) {
  private static final int CAME = 12;

  public static Explanation of(Standing standing) {
    Optional<Run> run = standing.saved().memory().run();
    List<String> troubles = standing.troubles();
    String why =
        standing.saved().reason().map(r -> r.sentence()).orElse("Nothing was decided yet.");
    if (run.isEmpty()) {
      return new Explanation(
          "Nothing was released so far",
          why,
          List.of(),
          List.of(),
          Optional.of(judge(standing)),
          List.of(),
          List.of(),
          troubles);
    }
    String id = run.get().id();
    List<Decided> decisions =
        standing.saved().decisions().stream()
            .filter(d -> d.release().equals(Optional.of(id)))
            .toList();
    Duration since = Duration.between(run.get().since(), standing.at());
    return new Explanation(
        "%s (%s beside %s) is %s, for %d s"
            .formatted(
                id,
                standing.version(run.get().versions().hash()),
                standing.version(run.get().versions().stableHash()),
                words(run.get(), standing.plan()),
                since.toSeconds()),
        why,
        needs(run.get(), standing),
        Evidence.of(run.get(), standing),
        Optional.of(judge(standing)),
        can(run.get()),
        came(decisions),
        troubles);
  }

  /** Of one that is over, or of which nothing but its record is left. */
  public static Explanation of(ReleaseView release) {
    String phase =
        release.phase().map(Words::of).orElse("in a phase that this version does not know");
    return new Explanation(
        release.hasEnded()
            ? "%s has ended as %s".formatted(release.name(), phase)
            : "%s is %s".formatted(release.name(), phase),
        release.why(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        came(release.decisions()),
        List.of());
  }

  private static List<String> came(List<Decided> decisions) {
    return decisions.subList(Math.max(0, decisions.size() - CAME), decisions.size()).stream()
        .map(d -> Frame.time(d.at()) + " " + Frame.decision(d))
        .toList();
  }

  private static String words(Run run, Plan plan) {
    return run.phase() == Phase.SHIFTING
        ? "Shifting, in stage %s of %d"
            .formatted(plan.stages().get(run.stage()).name(), plan.stages().size())
        : Words.of(run.phase());
  }

  private static List<String> needs(Run run, Standing standing) {
    Plan plan = standing.plan();
    Verdict v = standing.verdict();
    List<String> needs = new ArrayList<>();
    if (run.phase() == Phase.SHIFTING) {
      Stage stage = plan.stages().get(run.stage());
      needs.add(time("observed at least", v.observed(), stage.min()));
      needs.add(yes("enough requests on both versions", v.enough()));
      needs.add(
          String.format(
              Locale.ROOT, "%s odds of harm under 4 to 1: %.1f", mark(v.calm()), v.odds()));
      boolean last = plan.isLast(run.stage());
      needs.add(
          yes(
                  last
                      ? "proven not to be clearly worse"
                      : "the next weight proven to be inside the budget",
                  last ? v.nonInferior() : v.proven())
              + "; without proof absence of harm will do at "
              + ShortDuration.format(stage.max()));
    } else if (run.phase() == Phase.BAKING) {
      needs.add(time("observed at least", v.observed(), plan.spec().strategy().bake()));
    }
    return needs;
  }

  private static String judge(Standing standing) {
    String shown = standing.saved().shown().sentence();
    return switch (standing.plan().spec().analysis().arm()) {
      case MEASURED -> shown;
      case ALWAYS -> "The policy lets it abort on evidence alone, shown or not. " + shown;
      case NEVER -> "The policy never lets it abort on evidence alone, but on an outage. " + shown;
    };
  }

  private static List<String> can(Run run) {
    return switch (run.phase()) {
      case CHECKING, PREPARING -> List.of("abort", "approve", "pause");
      case SHIFTING, BAKING ->
          List.of("abort", "approve", "promote", run.paused() ? "resume" : "pause");
      case SUCCEEDED -> List.of("undo");
      case ABORTED -> List.of("retry");
      case HANDING_OVER, ABORTING, REVERTED, SUPERSEDED -> List.of();
    };
  }

  private static String time(String what, Duration is, Duration least) {
    return "%s %s %s: %s"
        .formatted(
            mark(is.compareTo(least) >= 0),
            what,
            ShortDuration.format(least),
            ShortDuration.format(Duration.ofSeconds(is.toSeconds())));
  }

  private static String yes(String what, boolean is) {
    return mark(is) + " " + what;
  }

  private static String mark(boolean is) {
    return is ? "✓" : "·";
  }

  /**
   * For people.
   *
   * @param flags that a command needs to mean the same place
   */
  public String text(String flags) {
    StringBuilder text = new StringBuilder(where).append(".\nWhy: ").append(why);
    list(text, "In the way:", troubles);
    list(text, "To go on it needs:", needs);
    list(text, "The evidence:", evidence);
    judge.ifPresent(j -> text.append("\n").append(j));
    if (!can.isEmpty()) {
      text.append("\nYou can give: ").append(String.join(", ", commands(flags)));
    }
    list(text, "How it came here:", came);
    return text.toString();
  }

  /**
   * What a person can do now, as they write it.
   *
   * @param place that a command needs to mean the same policy
   */
  public List<String> commands(String place) {
    return can.stream().map(c -> "sluice " + c + " " + place).toList();
  }

  private static void list(StringBuilder text, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append('\n').append(title);
      lines.forEach(line -> text.append("\n  ").append(line));
    }
  }
}
