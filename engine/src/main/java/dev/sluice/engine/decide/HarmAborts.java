package dev.sluice.engine.decide;

import dev.sluice.engine.evidence.Harm;
import java.time.Duration;
import java.util.Optional;

/**
 * Evidence of harm: the way back, at once, whoever has paused, approved or promoted. Harm that is
 * to be seen twice is a retreat first, unless a person has said to wait for nothing.
 */
final class HarmAborts implements Rule {
  /** After so long beside the others nobody suspects that a pod is still warming up. */
  private static final Duration SURELY_WARM = Duration.ofMinutes(10);

  @Override
  public Optional<Step> apply(Case c) {
    boolean judged = c.running().isPresent() && (c.in(Phase.SHIFTING) || c.in(Phase.BAKING));
    if (!judged || c.verdict().harm().isEmpty() || isSeenTwice(c)) {
      return Optional.empty();
    }
    Harm harm = c.verdict().harm().get();
    return c.turnsBack(Phase.ABORTED, new Reason("harm", harm.sentence() + young(c, harm)));
  }

  private static boolean isSeenTwice(Case c) {
    return c.verdict().retreat().isPresent() && !c.run().progress().promoted();
  }

  /** Where it may be that new pods need longer to get warm than the policy says. */
  private static String young(Case c, Harm harm) {
    Duration judged = Duration.between(c.run().since(), c.now());
    return c.spec().analysis().metrics().stream()
        .filter(m -> m.name().equals(harm.metric()) && m.kind().warmsUp())
        .filter(m -> judged.compareTo(SURELY_WARM.plus(m.warmUp())) < 0)
        .map(
            m ->
                " Pods are compared in %s from an age of %s on; if new ones need longer to get warm, say so in its warmUp."
                    .formatted(m.name(), Words.duration(m.warmUp())))
        .findFirst()
        .orElse("");
  }
}
