package dev.sluice.kubernetes.install;

import dev.sluice.api.Crds;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.admission.AdmissionPolicies;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * All that must be on a cluster for Sluice to work there, but for the operator's own Deployment.
 *
 * <p>Only labelled objects are touched by what is installed, and without an operator it does
 * nothing but hold what was held: installing is safe while users are served.
 */
public final class Installation {
  /** The service account that the operator runs as. */
  public static final String ACCOUNT = "sluice";

  static final Map<String, String> MANAGED = Map.of("app.kubernetes.io/managed-by", "sluice");

  /** By which docs/escape.md brings the admission policies back, and nothing else. */
  private static final Map<String, String> ADMISSION =
      Map.of("app.kubernetes.io/component", "admission");

  /** For the policies to work once they are there. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * For the definitions of an earlier life to be gone. Mostly it takes a second; now and then
   * (1.37) the API server forgets one until it looks again, every five minutes.
   */
  private static final Duration LEAVING = Duration.ofMinutes(6);

  private final String namespace;
  private final Optional<String> onlyIn;

  private Installation(String namespace, Optional<String> onlyIn) {
    this.namespace = namespace;
    this.onlyIn = onlyIn;
  }

  /** For all namespaces, by an operator in this one. */
  public static Installation clusterWide(String namespace) {
    return new Installation(namespace, Optional.empty());
  }

  /**
   * For one namespace, by an operator in it, with no right outside of it but to look at the
   * admission policies. The objects' definitions and the policies are of the cluster all the same;
   * the policies are bound to the namespace.
   */
  public static Installation inNamespace(String namespace) {
    return new Installation(namespace, Optional.of(namespace));
  }

  /** The namespace that the operator is in. */
  public String namespace() {
    return namespace;
  }

  /** The one namespace that it is for; empty: the whole cluster. */
  Optional<String> onlyIn() {
    return onlyIn;
  }

  /** Everything, in an order in which it can be applied. */
  public List<HasMetadata> objects() {
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    objects.addAll(definitions());
    objects.addAll(
        onlyIn.isPresent() ? Rights.inNamespace(namespace) : Rights.clusterWide(namespace));
    objects.addAll(policies());
    return objects;
  }

  /**
   * Applies everything, and proves each policy with a write that is not kept. What is there already
   * is brought up to date.
   *
   * @return a sentence for each policy that does not work on this API server; empty: all do
   */
  public List<String> apply(KubernetesClient client) throws InterruptedException {
    for (HasMetadata object : objects()) {
      if (object instanceof CustomResourceDefinition definition) {
        waitFor(client, definition, LEAVING, Installation::notLeaving);
      }
      client.resource(object).fieldManager(Marks.FIELD_MANAGER).forceConflicts().serverSideApply();
      if (object instanceof GenericKubernetesResource policy) {
        replace(client, policy);
      }
      if (object instanceof CustomResourceDefinition definition) {
        waitFor(client, definition, PATIENCE, Installation::established);
      }
    }
    return broken(client, PATIENCE);
  }

  /** What somebody has added to a policy, an apply leaves where it is. */
  private static void replace(KubernetesClient client, GenericKubernetesResource policy) {
    client
        .resource(policy)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON)
                .withFieldManager(Marks.FIELD_MANAGER)
                .build(),
            "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":%s}]"
                .formatted(Serialization.asJson(policy.<Object>get("spec"))));
  }

  /**
   * Proves each policy with a write that is not kept.
   *
   * @return a sentence for each that did not work in time; empty: all do
   */
  public List<String> broken(KubernetesClient client, Duration patience)
      throws InterruptedException {
    return new Proofs(client, this).failed(patience);
  }

  /**
   * Takes everything away in the order that hurts nobody: splits and pins, then the policies, then
   * the rest. It refuses while a release runs, and while an old version is kept warm after one.
   *
   * @param objects whether the policies, Releases and templates that people see are deleted too; of
   *     an installation for one namespace they always stay
   * @throws IOException if the API server did not take something; what is left is removed the next
   *     time
   */
  public Removal uninstall(KubernetesClient client, Objects objects) throws IOException {
    return new Uninstall(client, this).run(objects == Objects.DELETE && onlyIn.isEmpty());
  }

  /** What becomes of the objects of {@code sluice.dev}. */
  public enum Objects {
    KEEP,
    DELETE
  }

  /** Of the objects of {@code sluice.dev}. */
  public static List<CustomResourceDefinition> definitions() {
    return Crds.all().stream()
        .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
        .toList();
  }

  List<GenericKubernetesResource> policies() {
    List<GenericKubernetesResource> policies = AdmissionPolicies.all(namespace, onlyIn);
    policies.forEach(p -> p.getMetadata().setLabels(new TreeMap<>(MANAGED)));
    policies.forEach(p -> p.getMetadata().getLabels().putAll(ADMISSION));
    return policies;
  }

  private static void waitFor(
      KubernetesClient client,
      CustomResourceDefinition definition,
      Duration patience,
      Predicate<Optional<CustomResourceDefinition>> state) {
    try {
      client
          .resource(definition)
          .waitUntilCondition(
              now -> state.test(Optional.ofNullable(now)), patience.toSeconds(), TimeUnit.SECONDS);
    } catch (KubernetesClientTimeoutException e) {
      throw new IllegalStateException(
          "The definition of %s was not there within %d s; look at kubectl describe crd %s."
              .formatted(
                  definition.getSpec().getNames().getKind(),
                  patience.toSeconds(),
                  definition.getMetadata().getName()),
          e);
    }
  }

  /** One that is being deleted, with all its objects, takes an apply and then goes all the same. */
  private static boolean notLeaving(Optional<CustomResourceDefinition> definition) {
    return definition.map(d -> d.getMetadata().getDeletionTimestamp()).isEmpty();
  }

  private static boolean established(Optional<CustomResourceDefinition> definition) {
    return definition
        .map(CustomResourceDefinition::getStatus)
        .map(CustomResourceDefinitionStatus::getConditions)
        .orElse(List.of())
        .stream()
        .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
