package dev.sluice.cli.cluster;

import dev.sluice.api.Nearest;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A Deployment and what is around it, as somebody may see it who has no special right.
 *
 * @param services that select its pods, the one that most routes lead to first
 * @param leads routes and Ingresses that lead to one of them
 * @param claims volumes that two pods on two nodes cannot have at once
 * @param unseen kinds that could not be looked at
 */
public record Surroundings(
    Deployment deployment,
    List<Service> services,
    List<Lead> leads,
    List<HorizontalPodAutoscaler> autoscalers,
    List<PodDisruptionBudget> budgets,
    List<String> claims,
    List<String> unseen) {
  /** What ingress-nginx calls itself in an IngressClass. */
  private static final String NGINX = "k8s.io/ingress-nginx";

  public Surroundings {
    services = List.copyOf(services);
    leads = List.copyOf(leads);
    autoscalers = List.copyOf(autoscalers);
    budgets = List.copyOf(budgets);
    claims = List.copyOf(claims);
    unseen = List.copyOf(unseen);
  }

  /** The Deployment's. */
  public String name() {
    return deployment.getMetadata().getName();
  }

  /** The Deployment's. */
  public String namespace() {
    return deployment.getMetadata().getNamespace();
  }

  /** The Service that most routes lead to; empty: none selects the pods. */
  public Optional<String> root() {
    return services.isEmpty()
        ? Optional.empty()
        : Optional.of(services.getFirst().getMetadata().getName());
  }

  /**
   * One look at everything.
   *
   * @throws Failed if there is no such Deployment, or it may not be looked at
   */
  public static Surroundings of(KubernetesClient client, String namespace, String name)
      throws Failed, IOException {
    Deployment deployment =
        Asking.the(
                "The Deployment %s was not read".formatted(name),
                () ->
                    Optional.ofNullable(
                        client.apps().deployments().inNamespace(namespace).withName(name).get()))
            .orElseThrow(() -> unknown(client, namespace, name));
    return new Look(client, namespace, deployment).around();
  }

  private static Failed unknown(KubernetesClient client, String namespace, String name) {
    List<String> names;
    try {
      names =
          client.apps().deployments().inNamespace(namespace).list().getItems().stream()
              .map(d -> d.getMetadata().getName())
              .toList();
    } catch (KubernetesClientException e) {
      names = List.of();
    }
    return new Failed(
        Exit.USAGE,
        "There is no Deployment %s in %s.%s"
            .formatted(
                name,
                namespace,
                Nearest.of(name, names).map(n -> " Did you mean " + n + "?").orElse("")));
  }

  /** One look at everything, a list for each kind. */
  private static final class Look {
    private final KubernetesClient client;
    private final String namespace;
    private final Deployment deployment;
    private final Map<String, String> labels;
    private final List<String> unseen = new ArrayList<>();

    Look(KubernetesClient client, String namespace, Deployment deployment) {
      this.client = client;
      this.namespace = namespace;
      this.deployment = deployment;
      this.labels =
          Optional.ofNullable(deployment.getSpec().getTemplate().getMetadata().getLabels())
              .orElse(Map.of());
    }

    Surroundings around() {
      List<Service> services = all(Service.class).stream().filter(this::selects).toList();
      Set<String> names = new HashSet<>();
      services.forEach(s -> names.add(s.getMetadata().getName()));
      List<Lead> leads = leads(names);
      return new Surroundings(
          deployment,
          services.stream()
              .sorted(
                  Comparator.comparingLong((Service s) -> -leadsTo(s, leads))
                      .thenComparing(s -> s.getMetadata().getName()))
              .toList(),
          leads,
          all(HorizontalPodAutoscaler.class).stream().filter(this::scales).toList(),
          all(PodDisruptionBudget.class).stream()
              .filter(b -> b.getSpec().getSelector() != null)
              .filter(b -> Selectors.selects(b.getSpec().getSelector(), labels))
              .filter(b -> !isCandidates(b))
              .toList(),
          claims(),
          List.copyOf(unseen));
    }

    private static long leadsTo(Service service, List<Lead> leads) {
      return leads.stream()
          .filter(l -> l.backends().contains(service.getMetadata().getName()))
          .count();
    }

    /** Sluice's own, of a release that runs. */
    private boolean isCandidates(HasMetadata object) {
      return object
          .getMetadata()
          .getName()
          .equals(deployment.getMetadata().getName() + "-candidate");
    }

    private boolean selects(Service service) {
      Map<String, String> selector = service.getSpec().getSelector();
      if (selector == null || selector.isEmpty() || isCandidates(service)) {
        return false;
      }
      Map<String, String> own = new HashMap<>(selector);
      own.remove(Marks.HASH);
      return Selectors.selects(own, labels);
    }

    private boolean scales(HorizontalPodAutoscaler autoscaler) {
      var ref = autoscaler.getSpec().getScaleTargetRef();
      return "Deployment".equals(ref.getKind())
          && deployment.getMetadata().getName().equals(ref.getName());
    }

    private List<Lead> leads(Set<String> services) {
      List<Lead> leads = new ArrayList<>();
      all(HTTPRoute.class).stream().map(Lead::of).forEach(leads::add);
      all(GRPCRoute.class).stream().map(Lead::of).forEach(leads::add);
      List<Ingress> ingresses = all(Ingress.class);
      if (!ingresses.isEmpty()) {
        Set<String> nginx = nginxClasses();
        ingresses.stream().map(i -> Lead.of(i, nginx)).forEach(leads::add);
      }
      return leads.stream()
          .filter(l -> l.backends().stream().anyMatch(services::contains))
          .sorted(Comparator.comparing(Lead::kind).thenComparing(Lead::name))
          .toList();
    }

    /** Where classes may not be looked at, the usual name has to do. */
    private Set<String> nginxClasses() {
      Set<String> names = new HashSet<>();
      try {
        for (IngressClass one : client.resources(IngressClass.class).list().getItems()) {
          if (NGINX.equals(one.getSpec().getController())) {
            names.add(one.getMetadata().getName());
          }
        }
      } catch (KubernetesClientException e) {
        names.add("nginx");
      }
      return names;
    }

    /** Claims of which one node, or one pod, may have the volume. */
    private List<String> claims() {
      List<Volume> volumes = deployment.getSpec().getTemplate().getSpec().getVolumes();
      Set<String> used = new HashSet<>();
      Optional.ofNullable(volumes).orElse(List.of()).stream()
          .map(Volume::getPersistentVolumeClaim)
          .filter(Objects::nonNull)
          .forEach(c -> used.add(c.getClaimName()));
      return used.isEmpty()
          ? List.of()
          : all(PersistentVolumeClaim.class).stream()
              .filter(c -> used.contains(c.getMetadata().getName()))
              .filter(
                  c ->
                      c.getSpec().getAccessModes().stream()
                          .allMatch(m -> m.startsWith("ReadWriteOnce")))
              .map(c -> c.getMetadata().getName())
              .sorted()
              .toList();
    }

    /** None of a kind that this cluster does not have. */
    private <T extends HasMetadata> List<T> all(Class<T> kind) {
      try {
        return client.resources(kind).inNamespace(namespace).list().getItems();
      } catch (KubernetesClientException e) {
        if (e.getCode() != 404) {
          unseen.add(
              "%s objects could not be looked at (%s), so none is in the policy."
                  .formatted(kind.getSimpleName(), Asking.said(e)));
        }
        return List.of();
      }
    }
  }
}
