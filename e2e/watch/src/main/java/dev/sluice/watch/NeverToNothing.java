package dev.sluice.watch;

import dev.sluice.watch.Division.Backend;
import dev.sluice.watch.Division.Way;
import java.util.Optional;

/**
 * Invariant 2: while any pod answers, no rule of the route leads to Services none of whose pods
 * does. That all pods of one died is put right within a moment; a write that does it is wrong at
 * once.
 */
final class NeverToNothing implements Rule {
  private final Lasting lasting = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String rule : lasting.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "2",
          "%s of the route has led to no ready pod for more than %s, while others were ready.",
          rule,
          Words.of(scene.limits().late()));
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (scene.route().isEmpty()
        || change.after() instanceof Policy
        || change.after() instanceof Thing.Release) {
      return;
    }
    boolean adopted = scene.deployment().filter(Thing.Deployment::adopted).isPresent();
    boolean others = adopted && scene.pods().stream().anyMatch(p -> ofShop(p, scene));
    boolean written =
        change.bySluice() && change.after() instanceof Division d && d.equals(scene.route().get());
    int number = 0;
    for (Way way : scene.route().get().ways()) {
      number++;
      boolean ours = way.backends().stream().anyMatch(b -> isOurs(b, scene));
      boolean mayDie = ours && others;
      if (mayDie && written && way.backends().stream().noneMatch(b -> answers(b, scene, true))) {
        findings.broken(
            "2",
            "Rule %d of %s was written to lead to %s, behind which no pod is ready, while others are.",
            number,
            change.what(),
            way.backends());
      }
      boolean dead = mayDie && way.backends().stream().noneMatch(b -> answers(b, scene, false));
      lasting.is("Rule " + number, dead, scene.now());
    }
  }

  private static boolean isOurs(Backend backend, Scene scene) {
    return scene.shop().services().contains(backend.service())
        || backend.service().equals(scene.candidateName());
  }

  private static boolean ofShop(Thing.Pod pod, Scene scene) {
    return pod.ready() && scene.set(pod.hash()).isPresent();
  }

  private static boolean answers(Backend backend, Scene scene, boolean lately) {
    Optional<Thing.Entry> service = scene.service(backend.service());
    return backend.weight() > 0
        && service
            .filter(s -> (lately ? scene.readyBehindLately(s) : scene.readyBehind(s)) > 0)
            .isPresent();
  }
}
