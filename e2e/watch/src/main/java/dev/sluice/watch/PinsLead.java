package dev.sluice.watch;

import dev.sluice.watch.Thing.Entry;
import dev.sluice.watch.Thing.PodSet;
import java.util.Optional;

/**
 * Invariant 10: in every version the pin and the selector of a Service or budget agree, and a pin
 * leads to ready pods as long as another version has some. Where a pause alone holds, a foreign
 * write may undo a pin for a moment.
 */
final class PinsLead implements Rule {
  private final Lasting undone = new Lasting();
  private final Lasting dead = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String what : undone.over(scene.limits().told(), scene.now())) {
      findings.broken("10", "For more than %s %s.", Words.of(scene.limits().told()), what);
    }
    for (String service : dead.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "10",
          "For more than %s Service %s has been pinned to a version without a ready pod, while another had some.",
          Words.of(scene.limits().late()),
          service);
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.version().kind().equals("Service")
        || change.version().kind().equals("PodDisruptionBudget")) {
      agrees(change, scene, findings);
    }
    if (change.after() instanceof Entry entry && scene.shop().services().contains(entry.name())) {
      written(change, entry, scene, findings);
    }
    if (!(change.after() instanceof Thing.Command) && !(change.after() instanceof Policy)) {
      for (String name : scene.shop().services()) {
        dead.is(name, scene.service(name).filter(e -> isDead(e, scene)).isPresent(), scene.now());
      }
    }
  }

  private void agrees(Change change, Scene scene, Findings findings) {
    Optional<String> wrong =
        change.after() instanceof Entry entry && !entry.name().equals(scene.candidateName())
            ? disagreement(change, entry)
            : Optional.empty();
    if (scene.pauses()) {
      String sentence = "pin and selector of %s have not agreed".formatted(change.what());
      undone.is(sentence, wrong.isPresent(), scene.now());
    } else {
      wrong.ifPresent(sentence -> findings.broken("10", "%s", sentence));
    }
  }

  private static Optional<String> disagreement(Change change, Entry entry) {
    if (entry.selector().isEmpty()) {
      return Optional.empty();
    }
    if (entry.pin().isPresent()) {
      String pin = entry.pin().get();
      boolean readable = pin.matches("[a-z0-9]{1,63}");
      return readable && !entry.hash().equals(entry.pin())
          ? Optional.of(
              "%s says that it is pinned to %s and selects %s."
                  .formatted(change.what(), pin, entry.hash().orElse("every version")))
          : Optional.empty();
    }
    boolean stays =
        change.before() instanceof Entry was
            && was.pin().isPresent()
            && entry.hash().equals(was.pin());
    return stays
        ? Optional.of(
            "%s lost its pin and still selects %s."
                .formatted(change.what(), entry.hash().orElse("")))
        : Optional.empty();
  }

  private static void written(Change change, Entry entry, Scene scene, Findings findings) {
    boolean now =
        change.bySluice()
            && entry.pin().isPresent()
            && !(change.before() instanceof Entry was && was.pin().equals(entry.pin()));
    if (now
        && scene.readyLately(entry.pin().get()) == 0
        && others(entry.pin().get(), scene, true)) {
      findings.broken(
          "10",
          "%s was pinned to %s, which had no ready pod, while another version had some.",
          change.what(),
          entry.pin().get());
    }
  }

  private static boolean isDead(Entry entry, Scene scene) {
    return entry.pin().isPresent()
        && scene.ready(entry.pin().get()) == 0
        && others(entry.pin().get(), scene, false);
  }

  private static boolean others(String hash, Scene scene, boolean surely) {
    return scene
        .sets()
        .filter(s -> s.size() > 0)
        .map(PodSet::hash)
        .anyMatch(h -> !h.equals(hash) && (surely ? scene.surelyReady(h) : scene.ready(h)) > 0);
  }
}
