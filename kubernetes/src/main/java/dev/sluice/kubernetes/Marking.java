package dev.sluice.kubernetes;

import dev.sluice.kubernetes.route.RenderedHttpRoute;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the marks on a user's object become its spec. Pure: what an object with these marks looks
 * like. Every write of a mark goes through it, and so does every look at whether somebody has
 * undone one.
 */
public sealed interface Marking {
  /**
   * The object as its marks want it.
   *
   * @param before as it was seen
   * @param marked the same with the marks that it is to have
   */
  <T extends HasMetadata> T asserted(T before, T marked);

  /**
   * How an object looks that nobody has undone. Where the API server makes spec of marks, one that
   * looks otherwise is written once more as it is, so that it does so again: a write may have
   * passed while the policies were away.
   */
  <T extends HasMetadata> T seen(T object);

  /** Whether no version runs there by itself. */
  boolean held(Deployment deployment);

  /**
   * Who changed the template since the version that serves; empty where nobody did, or where only
   * the word of whoever wrote the object stands for it.
   */
  Set<String> authors(Deployment deployment);

  /** The API server does it in the same write, by Sluice's admission policies. */
  static Marking byAdmission(Workload workload) {
    return new ByAdmission(workload);
  }

  /** Nobody does it but who writes the marks; the Deployment stays paused while it is adopted. */
  static Marking written(Workload workload) {
    return new Written(workload);
  }

  /** {@code hold: Admission}. */
  record ByAdmission(Workload workload) implements Marking {
    /** Nothing, but that a Deployment is no longer kept paused by hand. */
    @Override
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> T asserted(T before, T marked) {
      return marked instanceof Deployment deployment
          ? (T)
              Kept.authored(Kept.given(deployment, Marks.label(deployment, Marks.HELD).isPresent()))
          : marked;
    }

    @Override
    public <T extends HasMetadata> T seen(T object) {
      return object instanceof Deployment
          ? asserted(object, object)
          : new Written(workload).asserted(object, object);
    }

    @Override
    public boolean held(Deployment deployment) {
      return Marks.label(deployment, Marks.HELD).isPresent();
    }

    @Override
    public Set<String> authors(Deployment deployment) {
      return Marks.annotation(deployment, Marks.AUTHORS)
          .map(users -> users.lines().collect(Collectors.toSet()))
          .orElse(Set.of());
    }
  }

  /** {@code hold: Pause}. */
  record Written(Workload workload) implements Marking {
    @Override
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> T asserted(T before, T marked) {
      boolean adopted =
          Marks.label(marked, workload.label()).filter(workload.policy()::equals).isPresent();
      return (T)
          switch (marked) {
            case Deployment deployment ->
                Kept.authored(adopted ? Kept.kept(deployment) : Kept.given(deployment, false));
            case Service service when adopted -> pinned(service);
            case PodDisruptionBudget budget when adopted -> pinned(budget);
            case HTTPRoute route when adopted ->
                RenderedHttpRoute.of(
                    (HTTPRoute) before, route, workload.root(), workload.candidate());
            default -> marked;
          };
    }

    @Override
    public <T extends HasMetadata> T seen(T object) {
      return asserted(object, object);
    }

    @Override
    public boolean held(Deployment deployment) {
      return Marks.label(deployment, Marks.HELD).isPresent()
          && Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    @Override
    public Set<String> authors(Deployment deployment) {
      return Set.of();
    }

    private static Service pinned(Service service) {
      Map<String, String> selector = service.getSpec().getSelector();
      return selector == null || selector.isEmpty()
          ? service
          : service.edit().editSpec().withSelector(pinned(selector, service)).endSpec().build();
    }

    private static PodDisruptionBudget pinned(PodDisruptionBudget budget) {
      if (budget.getSpec().getSelector() == null
          || budget.getSpec().getSelector().getMatchLabels() == null) {
        return budget;
      }
      Map<String, String> pairs = budget.getSpec().getSelector().getMatchLabels();
      return budget
          .edit()
          .editSpec()
          .editSelector()
          .withMatchLabels(pinned(pairs, budget))
          .endSelector()
          .endSpec()
          .build();
    }

    /** A pin that is no hash leaves the selector alone: a slip must not lock a user out. */
    private static Map<String, String> pinned(Map<String, String> pairs, HasMetadata object) {
      Map<String, String> next = new HashMap<>(pairs);
      Optional<String> pin = Marks.annotation(object, Marks.PIN);
      if (pin.isEmpty()) {
        next.remove(Marks.HASH);
      }
      pin.filter(hash -> hash.matches("[a-z0-9]{1,63}")).ifPresent(h -> next.put(Marks.HASH, h));
      return next;
    }
  }

  /** A Deployment that is kept paused, and given back as it was. */
  final class Kept {
    private static final String PAUSED = "paused";
    private static final String RUNNING = "running";

    private Kept() {}

    /**
     * Authors stand there for as long as a Deployment is held. The API server sees to that, unless
     * the policies are away when the hold goes.
     */
    static Deployment authored(Deployment deployment) {
      boolean none =
          Marks.label(deployment, Marks.HELD).isEmpty()
              && Marks.annotation(deployment, Marks.AUTHORS).isPresent();
      return none
          ? deployment
              .edit()
              .editMetadata()
              .removeFromAnnotations(Marks.AUTHORS)
              .endMetadata()
              .build()
          : deployment;
    }

    /**
     * What it was before stands in a label: annotations go with its sets, and come back by undo.
     */
    static Deployment kept(Deployment deployment) {
      boolean paused = Boolean.TRUE.equals(deployment.getSpec().getPaused());
      Optional<String> before = Marks.label(deployment, Marks.BEFORE);
      if (paused && before.isPresent()) {
        return deployment;
      }
      boolean byUser = paused && Marks.label(deployment, Marks.HELD).isEmpty();
      return deployment
          .edit()
          .editMetadata()
          .addToLabels(Marks.BEFORE, before.orElse(byUser ? PAUSED : RUNNING))
          .endMetadata()
          .editSpec()
          .withPaused(true)
          .endSpec()
          .build();
    }

    /**
     * @param held the pause is somebody else's by now
     */
    static Deployment given(Deployment deployment, boolean held) {
      Optional<String> before = Marks.label(deployment, Marks.BEFORE);
      if (before.isEmpty()) {
        return deployment;
      }
      boolean paused = held || before.get().equals(PAUSED);
      return deployment
          .edit()
          .editMetadata()
          .removeFromLabels(Marks.BEFORE)
          .endMetadata()
          .editSpec()
          .withPaused(paused ? Boolean.TRUE : null)
          .endSpec()
          .build();
    }
  }
}
