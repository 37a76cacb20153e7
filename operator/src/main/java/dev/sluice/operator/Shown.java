package dev.sluice.operator;

import dev.sluice.api.Rounded;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.model.Analysis;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the judge of a policy has shown on placebo, and under which terms.
 *
 * @param terms of the analysis that was played
 * @param falseAlarm probability of a false alarm that it asks for, 0..1
 * @param arming what was shown
 * @param since when the first placebo release was played; empty: none was
 */
public record Shown(String terms, double falseAlarm, Arming arming, Optional<Instant> since) {
  /** Nothing yet, by this analysis. */
  static Shown nothing(Analysis analysis) {
    return new Shown(terms(analysis), analysis.falseAlarm(), Arming.none(), Optional.empty());
  }

  /** The same where these are still its terms; other terms have shown nothing yet. */
  Shown under(Analysis analysis) {
    return terms.equals(terms(analysis)) && falseAlarm == analysis.falseAlarm()
        ? this
        : nothing(analysis);
  }

  /** The same after more placebo releases. */
  Shown with(Arming played, Instant now) {
    return new Shown(terms, falseAlarm, played, since.or(() -> Optional.of(now)));
  }

  /** Whether the judge may abort on evidence alone. */
  public boolean armed() {
    return arming.shown(falseAlarm);
  }

  /** For people. */
  public String sentence() {
    if (since.isEmpty()) {
      return "The judge is not armed: no placebo release was played yet. It takes fifty minutes"
          + " without a release, two pods at least that are read, and requests.";
    }
    String shown =
        ("%d of %d placebo releases since %s raised an alarm, so false alarms are under %s"
                + " of releases with 95 %% confidence")
            .formatted(
                arming.alarms(), arming.slots(), since.get(), Rounded.percent(arming.upperBound()));
    return armed()
        ? "The judge is armed: " + shown + "."
        : "The judge is not armed: %s; %d more without an alarm arm it, four come every twenty minutes without a release."
            .formatted(shown, arming.missing(falseAlarm));
  }

  /**
   * What changes how likely a false alarm is; the rest of an analysis may change freely. So may the
   * age from which pods are compared: placebo is played with stable's, which are older than that.
   */
  private static String terms(Analysis analysis) {
    return analysis.metrics().stream()
        .map(
            m ->
                "%s %s ×%s +%s%s%s%s%s"
                    .formatted(
                        m.name(),
                        m.kind(),
                        m.tolerance().factor(),
                        m.tolerance().points(),
                        m.slowerThan().map(bound -> " " + bound).orElse(""),
                        m.slowest().isPresent() ? " slowest " + m.slowest().getAsDouble() : "",
                        m.allowed().isPresent() ? " allowed " + m.allowed().getAsDouble() : "",
                        m.counting().isEmpty() ? "" : " counting " + m.counting()))
        .collect(Collectors.joining(", "));
  }
}
