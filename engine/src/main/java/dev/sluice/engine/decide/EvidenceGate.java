package dev.sluice.engine.decide;

import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Analysis.OnInconclusive;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Stage;
import java.time.Duration;
import java.util.Optional;

/**
 * Invariant 5. A stage is passed when what the next weight may cost is proven to be inside the
 * budget, or when its time is over, nothing leans to harm and enough was seen; and no metric is
 * unknown that the policy names (invariant 6). What was asked must be what is served.
 */
final class EvidenceGate implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    Share asked = c.in(Phase.BAKING) ? Share.ALL : c.stage().served();
    if (c.world().served().filter(s -> s.confirms(asked)).isEmpty() && routed(c)) {
      return c.waits(
          Reason.of(
              "unconfirmed", "The data plane has not yet been seen to serve %s as asked.", asked));
    }
    int pods = c.need(asked);
    if (c.plan().byReplicas() && c.candidateReady() < pods) {
      return c.waits(
          Reason.of(
              "unconfirmed",
              "The candidate has %d ready pods, and %s asked by pods is %d.",
              c.candidateReady(),
              asked,
              pods));
    }
    Verdict verdict = c.verdict();
    if (c.run().progress().promoted()) {
      return Optional.empty();
    }
    if (verdict.suspicion().isPresent()) {
      return c.holds(new Reason("suspicion", verdict.suspicion().get().sentence()));
    }
    if (verdict.stableSilent()) {
      return c.holds(
          Reason.of(
              "no-data",
              "Stable gives no data, so nothing can be compared. No data is never good news."));
    }
    Duration min = c.in(Phase.BAKING) ? c.spec().strategy().bake() : c.stage().min();
    if (c.observed().compareTo(min) < 0) {
      return c.waits(
          Reason.of(
              "observing",
              "Observed %s of at least %s.",
              Words.duration(c.observed()),
              Words.duration(min)));
    }
    if (!verdict.calm()) {
      return c.holds(
          Reason.of(
              "leans-to-harm",
              "The odds that %s is harmed are %.1f to 1: too many to go on, too few to abort.",
              verdict.metric().orElse("a metric"),
              verdict.odds()));
    }
    if (!c.in(Phase.BAKING)) {
      return proof(c, c.stage());
    }
    return verdict.unknown().isEmpty()
        ? Optional.empty()
        : c.holds(
            Reason.of(
                "no-data", "%s No data is never good news.", String.join(" ", verdict.unknown())));
  }

  private static boolean routed(Case c) {
    return c.in(Phase.BAKING) || c.world().route().isPresent();
  }

  private static Optional<Step> proof(Case c, Stage stage) {
    Verdict verdict = c.verdict();
    if (stage.served().isNone()) {
      return stage.match().isEmpty() || verdict.candidate().requestsPerSecond() > 0
          ? Optional.empty()
          : inconclusive(c, "nobody on the whitelist has come");
    }
    if (isProven(c)) {
      return Optional.empty();
    }
    boolean known = verdict.unknown().isEmpty();
    if (c.observed().compareTo(stage.max()) < 0) {
      return c.waits(
          Reason.of(
              "proving",
              "Not yet proven that the next step is inside the budget; at %s absence of harm will do.",
              Words.duration(stage.max())));
    }
    if (!verdict.enough()) {
      return inconclusive(c, "too few requests were seen on both versions");
    }
    if (!known) {
      return inconclusive(c, String.join(" ", verdict.unknown()).replaceFirst("\\.$", ""));
    }
    return verdict.leaning()
        ? inconclusive(c, "the evidence leans to harm, odds %.1f to 1".formatted(verdict.odds()))
        : Optional.empty();
  }

  /** Whether it is proof, and not time, that lets the present stage be passed. */
  static boolean isProven(Case c) {
    Verdict verdict = c.verdict();
    boolean last = c.plan().isLast(c.run().stage());
    return verdict.unknown().isEmpty()
        && verdict.enough()
        && (last ? verdict.nonInferior() : verdict.proven());
  }

  private static Optional<Step> inconclusive(Case c, String why) {
    if (c.observed().compareTo(c.stage().max()) < 0) {
      return c.waits(Reason.of("inconclusive", "Waits: %s.", why));
    }
    OnInconclusive then = c.spec().analysis().onInconclusive();
    return switch (then) {
      case PROCEED -> Optional.empty();
      case HOLD ->
          c.holds(
              Reason.of(
                  "inconclusive",
                  "The time of stage %s is over and %s. Give promote or abort, or wait.",
                  c.stage().name(),
                  why));
      case ABORT ->
          c.turnsBack(
              Phase.ABORTED,
              Reason.of(
                  "inconclusive", "The time of stage %s is over and %s.", c.stage().name(), why));
    };
  }
}
