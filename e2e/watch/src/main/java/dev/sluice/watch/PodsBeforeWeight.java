package dev.sluice.watch;

import dev.sluice.watch.Thing.Entry;
import dev.sluice.watch.Thing.Release;
import java.util.Optional;

/**
 * Invariant 1: a version with weight or match has enough ready pods for it before the route says
 * so, and as long as it does. A pod may die by itself: then the weight follows within a moment that
 * is long enough for whoever watches, as long as stable can take everything back.
 */
final class PodsBeforeWeight implements Rule {
  private static final String SHORT = "short";

  private final Lasting lasting = new Lasting();
  private int share;
  private boolean whitelisted;

  @Override
  public void late(Scene scene, Findings findings) {
    for (String _ : lasting.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "1",
          "The candidate has had fewer ready pods than its traffic needs for more than %s, while stable could have taken everything back.",
          Words.of(scene.limits().late()));
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.after() instanceof Division) {
      weighed(change, scene, findings);
    }
    if (change.after() instanceof Entry entry) {
      pinned(change, entry, scene, findings);
    }
    if (!(change.after() instanceof Release)) {
      lasting.is(SHORT, isShort(scene), scene.now());
    }
  }

  private void weighed(Change change, Scene scene, Findings findings) {
    int before = share;
    boolean open = whitelisted;
    share = scene.candidateShare();
    whitelisted = scene.whitelists();
    boolean more = share > before || (whitelisted && !open);
    if (!more || change.writer() == Writer.USER) {
      return;
    }
    int needed = Math.max(1, scene.needed(share));
    int ready = scene.service(scene.candidateName()).map(scene::readyBehindLately).orElse(0);
    if (ready < needed) {
      findings.broken(
          "1",
          "%s was told to send %s to the candidate%s while %d of its pods were ready; that share needs %d.",
          change.what(),
          Words.percent(share),
          whitelisted ? " and the whitelisted" : "",
          ready,
          needed);
    }
  }

  /** All traffic goes to the candidate by a pin. */
  private static void pinned(Change change, Entry entry, Scene scene, Findings findings) {
    Optional<Release> running = scene.running();
    if (running.isEmpty()
        || !change.bySluice()
        || !change.version().kind().equals("Service")
        || !scene.shop().services().contains(entry.name())
        || !(change.before() instanceof Entry before)
        || before.pin().equals(entry.pin())
        || !entry.pin().equals(Optional.of(running.get().candidate()))) {
      return;
    }
    boolean othersAnswer = before.hash().filter(h -> scene.readyLately(h) > 0).isPresent();
    int ready = scene.readyLately(running.get().candidate());
    int needed = Math.max(1, scene.replicasLately());
    if (othersAnswer && ready < needed) {
      findings.broken(
          "1",
          "%s was pinned to the candidate %s while %d of its pods were ready; all traffic needs %d.",
          change.what(),
          running.get().candidate(),
          ready,
          needed);
    }
  }

  private static boolean isShort(Scene scene) {
    Optional<Policy> policy =
        scene
            .policy()
            .filter(p -> p.phase().equals("Shifting") || p.phase().equals("Baking"))
            .filter(p -> !p.reason().equals("invalid-policy"));
    Optional<Release> running = policy.flatMap(_ -> scene.running());
    if (running.isEmpty() || !scene.isWhole(running.get().stable())) {
      return false;
    }
    String candidate = running.get().candidate();
    int reached =
        scene.anyPinnedTo(candidate) ? 1000 : scene.whitelists() ? 1 : scene.candidateShare();
    return scene.ready(candidate) < scene.needed(Math.max(reached, scene.candidateShare()));
  }
}
