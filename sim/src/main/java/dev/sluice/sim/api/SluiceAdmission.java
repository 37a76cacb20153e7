package dev.sluice.sim.api;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.route.RenderedHttpRoute;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Sluice's admission policies do (hold.yaml, pin.yaml, split.yaml, track.yaml of the module
 * kubernetes), for callers that may not escape. Each can be at work or not.
 */
public final class SluiceAdmission implements Admission {
  private static final List<String> ROUTE_MARKS =
      List.of(Marks.SPLIT, Marks.MATCH, Marks.MIRROR, Marks.RELEASE);

  private static final String TRACKS = "sluice-track";

  /** The policy by which each kind of a user's objects is held. */
  private static final Map<String, String> HOLDS =
      Map.of(
          "Deployment", "sluice-hold",
          "Service", "sluice-pin",
          "PodDisruptionBudget", "sluice-pin-budget",
          "HTTPRoute", "sluice-split");

  private final Set<String> away = new HashSet<>();

  /**
   * From now on.
   *
   * @param policies by which the API server does not act
   */
  public void without(Set<String> policies) {
    away.clear();
    away.addAll(policies);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends HasMetadata> T created(Caller who, T object, ApiServer server) {
    if (away.contains(TRACKS) || !(object instanceof Pod pod)) {
      return object;
    }
    Optional<String> hash = Marks.label(pod, Marks.HASH);
    boolean candidate =
        server.list("Release").stream()
            .filter(r -> "true".equals(labels(r).get("sluice.dev/running")))
            .map(r -> ((GenericKubernetesResource) r).<String>get("spec", "candidateHash"))
            .anyMatch(h -> hash.filter(h::equals).isPresent());
    return candidate
        ? (T) pod.edit().editMetadata().addToLabels(Marks.TRACK, "candidate").endMetadata().build()
        : object;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends HasMetadata> T changed(Caller who, T before, T object, boolean live) {
    boolean adopted =
        Marks.label(before, Marks.POLICY).isPresent()
            || Marks.label(object, Marks.POLICY).isPresent();
    String policy = HOLDS.getOrDefault(object.getKind(), "");
    if (policy.isEmpty() || away.contains(policy) || !adopted) {
      return object;
    }
    if (!live && !who.operator()) {
      // A replace by a manifest takes the label of adoption from nobody.
      Map<String, String> labels = new HashMap<>(labels(object));
      Marks.label(before, Marks.POLICY).ifPresent(p -> labels.putIfAbsent(Marks.POLICY, p));
      object.getMetadata().setLabels(labels);
    }
    return (T)
        switch (object) {
          case Deployment next -> held(who, (Deployment) before, next);
          case Service next -> pinned(who, (Service) before, next);
          case PodDisruptionBudget next -> pinned(who, (PodDisruptionBudget) before, next);
          case HTTPRoute next -> split(who, (HTTPRoute) before, next);
          default -> object;
        };
  }

  private static Deployment held(Caller who, Deployment before, Deployment next) {
    boolean changed =
        !who.operator() && !next.getSpec().getTemplate().equals(before.getSpec().getTemplate());
    boolean heldBefore = Marks.label(before, Marks.HELD).isPresent();
    boolean held =
        changed || (who.operator() ? Marks.label(next, Marks.HELD).isPresent() : heldBefore);
    Map<String, String> labels = new HashMap<>(labels(next));
    if (held && !(who.operator() && labels.containsKey(Marks.HELD))) {
      labels.put(Marks.HELD, heldBefore ? labels(before).get(Marks.HELD) : "true");
    } else if (!held) {
      labels.remove(Marks.HELD);
    }
    if (!who.operator() && held && labels(before).containsKey(Marks.POLICY)) {
      labels.put(Marks.POLICY, labels(before).get(Marks.POLICY));
    }
    return next.edit()
        .editMetadata()
        .withLabels(labels)
        .withAnnotations(authored(who, before, next, held, changed))
        .endMetadata()
        .editSpec()
        .withPaused((held || heldBefore) ? Boolean.valueOf(held) : next.getSpec().getPaused())
        .endSpec()
        .build();
  }

  private static Map<String, String> authored(
      Caller who, Deployment before, Deployment next, boolean held, boolean changed) {
    boolean heldBefore = Marks.label(before, Marks.HELD).isPresent();
    String old = Marks.annotation(before, Marks.AUTHORS).orElse("");
    boolean known = !changed || old.isEmpty() || old.lines().anyMatch(who.name()::equals);
    String since = known ? old : old + "\n" + who.name();
    String all = changed && !heldBefore ? who.name() : since;
    Map<String, String> annotations = new HashMap<>();
    if (next.getMetadata().getAnnotations() != null) {
      annotations.putAll(next.getMetadata().getAnnotations());
    }
    annotations.remove(Marks.AUTHORS);
    if (held && !all.isEmpty()) {
      annotations.put(Marks.AUTHORS, all);
    }
    return annotations;
  }

  private static Service pinned(Caller who, Service before, Service next) {
    Map<String, String> selector = next.getSpec().getSelector();
    if (selector == null) {
      return next;
    }
    Service marked = restored(who, before, next, List.of(Marks.PIN, Marks.RELEASE), Marks.PIN);
    return marked
        .edit()
        .editSpec()
        .withSelector(pinned(selector, before, marked))
        .endSpec()
        .build();
  }

  private static PodDisruptionBudget pinned(
      Caller who, PodDisruptionBudget before, PodDisruptionBudget next) {
    Map<String, String> selector = next.getSpec().getSelector().getMatchLabels();
    PodDisruptionBudget marked =
        restored(who, before, next, List.of(Marks.PIN, Marks.RELEASE), Marks.PIN);
    return marked
        .edit()
        .editSpec()
        .editSelector()
        .withMatchLabels(pinned(selector, before, marked))
        .endSelector()
        .endSpec()
        .build();
  }

  private static Map<String, String> pinned(
      Map<String, String> selector, HasMetadata before, HasMetadata marked) {
    Map<String, String> next = new HashMap<>(selector);
    Optional<String> pin = Marks.annotation(marked, Marks.PIN);
    if (pin.isEmpty() && Marks.annotation(before, Marks.PIN).isPresent()) {
      next.remove(Marks.HASH);
    }
    pin.filter(hash -> hash.matches("[a-z0-9]{1,63}")).ifPresent(h -> next.put(Marks.HASH, h));
    return next;
  }

  private static HTTPRoute split(Caller who, HTTPRoute before, HTTPRoute next) {
    HTTPRoute marked = restored(who, before, next, ROUTE_MARKS, Marks.SPLIT);
    Optional<String> text =
        Marks.annotation(marked, Marks.SPLIT).or(() -> Marks.annotation(before, Marks.SPLIT));
    if (text.isEmpty()) {
      return marked;
    }
    String[] words = text.get().split(" ");
    return RenderedHttpRoute.of(before, marked, words[0], words[1]);
  }

  /** A foreign write neither gives nor takes what is Sluice's. */
  private static <T extends HasMetadata> T restored(
      Caller who, T before, T next, List<String> marks, String holding) {
    if (who.operator()) {
      return next;
    }
    Map<String, String> annotations = new HashMap<>(annotations(next));
    Set.copyOf(marks).forEach(annotations::remove);
    marks.stream()
        .filter(annotations(before)::containsKey)
        .forEach(k -> annotations.put(k, annotations(before).get(k)));
    Map<String, String> labels = new HashMap<>(labels(next));
    if (annotations(before).containsKey(holding) && labels(before).containsKey(Marks.POLICY)) {
      labels.put(Marks.POLICY, labels(before).get(Marks.POLICY));
    }
    next.getMetadata().setAnnotations(annotations);
    next.getMetadata().setLabels(labels);
    return next;
  }

  private static Map<String, String> labels(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
  }

  private static Map<String, String> annotations(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
  }
}
