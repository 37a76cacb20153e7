package dev.sluice.watch;

import java.util.Optional;

/**
 * A status follows what it tells of and is never behind for long: Ready is a policy for which one
 * version serves, one of three conditions always holds, and the weight is the route's.
 */
final class StatusIsTold implements Rule {
  private final Lasting late = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String what : late.over(scene.limits().told(), scene.now())) {
      findings.broken(
          "told",
          "For more than %s the policy has said: %s.",
          Words.of(scene.limits().told()),
          what);
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (!(change.after() instanceof Policy)
        && !(change.after() instanceof Thing.Deployment)
        && !(change.after() instanceof Division)
        && !(change.after() instanceof Thing.Nothing)) {
      return;
    }
    Optional<Policy> policy = scene.policy().filter(p -> !p.leaving() && !p.conditions().isEmpty());
    boolean ready = policy.filter(p -> p.is("Ready")).isPresent();
    boolean said = ready || policy.filter(p -> p.is("Reconciling") || p.is("Stalled")).isPresent();
    boolean held = scene.deployment().filter(Thing.Deployment::held).isPresent();
    boolean shifting = policy.filter(p -> p.phase().equals("Shifting")).isPresent();
    boolean routed = policy.filter(p -> p.spec().has("route")).isPresent();
    String weight = policy.map(Policy::weight).orElse("");
    boolean other = !weight.equals(Words.percent(scene.candidateShare()));
    late("Ready, and the Deployment is held", ready && held, scene);
    late(
        "Ready, and the route is divided",
        ready && scene.route().flatMap(Division::split).isPresent(),
        scene);
    late("neither Ready, nor Reconciling, nor Stalled", policy.isPresent() && !said, scene);
    late(
        "another weight than the route's",
        shifting && routed && other && !isTaken(weight, scene),
        scene);
  }

  /** Where a pause alone holds, others may take away what the mark still says, again and again. */
  private static boolean isTaken(String weight, Scene scene) {
    return scene.pauses()
        && scene
            .route()
            .flatMap(Division::split)
            .flatMap(Split::of)
            .filter(split -> weight.equals(Words.percent(1000 * split.weight() / split.total())))
            .isPresent();
  }

  private void late(String what, boolean so, Scene scene) {
    late.is(what, so, scene.now());
  }
}
