package dev.sluice.engine.decide;

import dev.sluice.engine.world.PodSet;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Between releases: keeps the old pods warm as long as asked, and begins a release when the
 * template changes. A version that was aborted is released again only by retry (invariant 12).
 */
final class NothingRuns implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (c.running().isPresent()) {
      return Optional.empty();
    }
    Optional<PodSet> serving = c.serving();
    if (serving.isEmpty()) {
      return c.holds(
          Reason.of(
              "stable-unclear",
              "The Deployment has %d sets with pods, so it is not clear which version serves. Wait"
                  + " for the rollout that is under way, or undo it.",
              c.world().activeInDeployment().size()));
    }
    if (c.spec().leaving()) {
      return leaves(c);
    }
    String template = c.world().workload().template();
    if (template.equals(serving.get().template())) {
      return rests(c);
    }
    if (c.memory().aborted().contains(template)) {
      return c.memory().warm().isPresent() && warmIsOver(c)
          ? dropsWarm(c)
          : c.holds(
              Reason.of(
                  "aborted-stands",
                  "The Deployment asks for a version that was aborted. It stays held; stable serves."
                      + " Change the template, or give the command retry."));
    }
    return c.moves(
        begin(c, serving.get(), template),
        Reason.of("template-changed", "The pod template changed, so a release begins."));
  }

  /** Nothing is kept warm any more, and nothing begins. */
  private static Optional<Step> leaves(Case c) {
    return c.memory().warm().isPresent() && !warmIsNeeded(c)
        ? dropsWarm(c)
        : c.waits(Reason.of("leaving", "The policy was removed; what it kept is given back."));
  }

  static Memory begin(Case c, PodSet stable, String template) {
    String hash = c.world().setOf(template).map(PodSet::hash).orElse("s" + template);
    var versions = new Run.Versions(template, hash, stable.template(), stable.hash());
    String id = c.memory().policy() + "-" + (c.memory().number() + 1);
    Optional<Memory.Warm> warm = c.memory().warm().filter(w -> !w.hash().equals(hash));
    return c.memory().withWarm(warm).begin(Run.begin(id, versions, false, c.now()));
  }

  private static Optional<Step> rests(Case c) {
    if (c.memory().warm().isEmpty()) {
      return c.waits(Reason.of("idle", "One version serves, nothing is to be released."));
    }
    return warmIsOver(c)
        ? dropsWarm(c)
        : c.waits(
            Reason.of(
                "keeping-warm",
                "The old version's pods stay until %s for a way back.",
                c.memory().warm().get().until().truncatedTo(ChronoUnit.SECONDS)),
            c.memory().warm().map(Memory.Warm::until));
  }

  private static boolean warmIsOver(Case c) {
    return !warmIsNeeded(c) && !c.now().isBefore(c.memory().warm().orElseThrow().until());
  }

  /** Until the version that serves answers by itself. */
  private static boolean warmIsNeeded(Case c) {
    String serving = c.serving().orElseThrow().hash();
    return c.world().ready(serving) == 0 || !c.world().allPinnedTo(serving);
  }

  private static Optional<Step> dropsWarm(Case c) {
    return c.moves(
        c.memory().withWarm(Optional.empty()),
        Reason.of("warm-over", "The old version was kept warm as long as asked; its pods go."));
  }
}
