package dev.sluice.kubernetes.diagnose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.kubernetes.admission.Difference;
import dev.sluice.kubernetes.admission.Guard;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether Sluice is on the cluster, whole, and at work. */
final class ClusterRules {
  /** Clocks differ, and an operator renews its lease every few seconds. */
  private static final Duration SILENT = Duration.ofMinutes(1);

  private static final String OPERATOR = "sluice-operator";
  private static final int NAMED = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  static final List<Rule<ClusterFacts>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "not-installed",
                  "This cluster does not know the objects of Sluice, so there is nothing that could be"
                      + " released by them. Is it the cluster that is meant?",
                  "sluice install"),
              ClusterRules::notInstalled),
          new Rule<>(
              Symptom.blocks(
                  "definitions-differ",
                  "The definitions of sluice.dev are of another version than this program: policies may"
                      + " lose fields when they are written. Bring them up to date, or use the program of"
                      + " that version.",
                  "sluice install"),
              ClusterRules::definitions),
          new Rule<>(
              Symptom.blocks(
                  "policies-missing",
                  "The API server does not hold new versions as it should. The operator keeps Deployments"
                      + " paused instead, and what others undo is written again a moment late; without"
                      + " an operator nothing holds.",
                  "sluice install"),
              ClusterRules::guards),
          new Rule<>(
              Symptom.warns(
                  "no-admission-policies",
                  "Sluice holds by a pause here: between releases, too, every Deployment is paused, which"
                      + " Argo CD shows as Suspended, and Flux with wait: true may wait for a Deployment"
                      + " until it gives up. From Kubernetes 1.36 on the API server holds by itself.",
                  "kubectl version"),
              ClusterRules::admission),
          new Rule<>(
              Symptom.blocks(
                  "operator-rights",
                  "The operator's role lacks rights that this version needs: what it tries is refused. An"
                      + " upgrade of the image alone does not bring them.",
                  "sluice install"),
              ClusterRules::rights),
          new Rule<>(
              Symptom.blocks(
                  "operator-absent",
                  "Nothing is released, and what is held stays held: stable serves. Install the operator,"
                      + " or say with --system in which namespace it is.",
                  "kubectl apply --server-side --force-conflicts -f deploy/install.yaml"),
              ClusterRules::absent),
          new Rule<>(
              Symptom.blocks(
                  "operator-stopped",
                  "Nothing is released, and what is held stays held: stable serves.",
                  "kubectl -n <namespace> scale deployment/<name> --replicas=2"),
              ClusterRules::stopped),
          new Rule<>(
              Symptom.blocks(
                  "operator-silent",
                  "Nothing is released, and what is held stays held: stable serves. Its pods say why.",
                  "kubectl -n <namespace> get pods -o wide; kubectl -n <namespace> logs"
                      + " deployment/<name> --tail=20"),
              ClusterRules::silent));

  private ClusterRules() {}

  private static Stream<Found> notInstalled(ClusterFacts cluster) {
    return cluster.knowsPolicies()
        ? Stream.empty()
        : found(
            Where.ofCluster("Cluster", ""),
            "The API server serves no ReleasePolicy of sluice.dev/v1alpha1.");
  }

  private static Stream<Found> definitions(ClusterFacts cluster) {
    if (!cluster.knowsPolicies() || !cluster.definitions().complete()) {
      return Stream.empty();
    }
    return Installation.definitions().stream()
        .flatMap(
            shipped ->
                difference(shipped, cluster.definitions())
                    .map(
                        seen ->
                            new Found(
                                Where.ofCluster(
                                    "CustomResourceDefinition", shipped.getMetadata().getName()),
                                seen,
                                Map.of()))
                    .stream());
  }

  private static Optional<String> difference(
      CustomResourceDefinition shipped, Seen<CustomResourceDefinition> there) {
    Optional<CustomResourceDefinition> found =
        there.stream()
            .filter(d -> d.getMetadata().getName().equals(shipped.getMetadata().getName()))
            .findFirst();
    if (found.isEmpty()) {
      return Optional.of("It is not there.");
    }
    return Difference.between(schema(shipped), schema(found.get()), "spec.versions[0].schema")
        .map("Its %s is another one."::formatted);
  }

  private static JsonNode schema(CustomResourceDefinition definition) {
    return bare(JSON.valueToTree(definition).at("/spec/versions/0/schema"));
  }

  /** Without words for people, and with numbers that are written alike if they are alike. */
  private static JsonNode bare(JsonNode node) {
    if (node.isNumber()) {
      return TextNode.valueOf(node.decimalValue().stripTrailingZeros().toPlainString());
    }
    if (node.isArray()) {
      ArrayNode all = JSON.createArrayNode();
      node.forEach(one -> all.add(bare(one)));
      return all;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode all = JSON.createObjectNode();
    node.properties().stream()
        .filter(field -> !(field.getKey().equals("description") && field.getValue().isTextual()))
        .forEach(field -> all.set(field.getKey(), bare(field.getValue())));
    return all;
  }

  private static Stream<Found> guards(ClusterFacts cluster) {
    if (!cluster.admission() || !cluster.knowsPolicies() || !cluster.guards().complete()) {
      return Stream.empty();
    }
    Guard guard = new Guard(cluster.onlyIn());
    guard.look(cluster.guards().all());
    return guard.wrong().stream()
        .flatMap(wrong -> found(Where.ofCluster("Cluster", ""), wrong + "."));
  }

  private static Stream<Found> admission(ClusterFacts cluster) {
    return cluster.admission()
        ? Stream.empty()
        : found(
            Where.ofCluster("Cluster", ""),
            "Kubernetes %s serves no MutatingAdmissionPolicy.".formatted(cluster.version()));
  }

  private static Stream<Found> rights(ClusterFacts cluster) {
    return installation(cluster).stream()
        .flatMap(installation -> installation.objects().stream())
        .filter(o -> o.getMetadata().getName().startsWith(OPERATOR))
        .flatMap(
            shipped ->
                switch (shipped) {
                  case ClusterRole role ->
                      there(role, cluster.roles())
                          .flatMap(r -> lacking(r, role.getRules(), r.getRules()));
                  case Role role ->
                      there(role, cluster.ownRoles())
                          .flatMap(r -> lacking(r, role.getRules(), r.getRules()));
                  default -> Stream.empty();
                });
  }

  /** Told by the cluster roles that there are; empty: they are not known. */
  private static Optional<Installation> installation(ClusterFacts cluster) {
    return named(cluster, OPERATOR)
        ? Optional.of(Installation.clusterWide(cluster.system()))
        : cluster
            .onlyIn()
            .filter(namespace -> named(cluster, OPERATOR + "-" + namespace))
            .map(Installation::inNamespace);
  }

  private static boolean named(ClusterFacts cluster, String role) {
    return cluster.roles().stream().anyMatch(r -> r.getMetadata().getName().equals(role));
  }

  private static <T extends HasMetadata> Stream<T> there(T shipped, Seen<T> all) {
    return all.stream()
        .filter(r -> r.getMetadata().getName().equals(shipped.getMetadata().getName()))
        .filter(
            r ->
                Objects.equals(
                    r.getMetadata().getNamespace(), shipped.getMetadata().getNamespace()));
  }

  private static Stream<Found> lacking(
      HasMetadata role, List<PolicyRule> shipped, List<PolicyRule> there) {
    Set<String> lacks = rights(shipped);
    lacks.removeAll(rights(there));
    if (lacks.isEmpty()) {
      return Stream.empty();
    }
    String more = lacks.size() > NAMED ? ", and %d more".formatted(lacks.size() - NAMED) : "";
    return found(
        Where.of(role),
        "It lacks: %s%s.".formatted(String.join(", ", lacks.stream().limit(NAMED).toList()), more));
  }

  /** One for each verb on each resource. */
  private static Set<String> rights(List<PolicyRule> rules) {
    Set<String> all = new LinkedHashSet<>();
    for (PolicyRule rule : Optional.ofNullable(rules).orElse(List.of())) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          String full = resource + (group.isEmpty() ? "" : "." + group);
          rule.getVerbs().forEach(verb -> all.add(verb + " " + full));
        }
      }
    }
    return all;
  }

  private static Stream<Found> absent(ClusterFacts cluster) {
    return works(cluster) || !cluster.operators().lacks(ClusterRules::isOperator)
        ? Stream.empty()
        : found(
            Where.ofCluster("Namespace", cluster.system()),
            "No Deployment there has the operator's account, and nobody holds its lease.");
  }

  private static Stream<Found> stopped(ClusterFacts cluster) {
    return asleep(cluster)
        .filter(d -> replicas(d) == 0)
        .map(d -> of(d, "It has 0 replicas, and nobody else holds its lease."));
  }

  private static Stream<Found> silent(ClusterFacts cluster) {
    return asleep(cluster)
        .filter(d -> replicas(d) > 0)
        .map(
            d ->
                of(
                    d,
                    "Nobody has renewed the operator's lease for a minute; %d of its %d pods are ready."
                        .formatted(
                            Optional.ofNullable(d.getStatus())
                                .flatMap(s -> Optional.ofNullable(s.getReadyReplicas()))
                                .orElse(0),
                            replicas(d))));
  }

  private static Found of(Deployment operator, String seen) {
    return new Found(
        Where.of(operator),
        seen,
        Map.of(
            "namespace", operator.getMetadata().getNamespace(),
            "name", operator.getMetadata().getName()));
  }

  private static Stream<Deployment> asleep(ClusterFacts cluster) {
    return works(cluster)
        ? Stream.empty()
        : cluster.operators().stream().filter(ClusterRules::isOperator);
  }

  private static int replicas(Deployment deployment) {
    return Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
  }

  private static boolean isOperator(Deployment deployment) {
    return Installation.ACCOUNT.equals(
        deployment.getSpec().getTemplate().getSpec().getServiceAccountName());
  }

  /** One does, or nobody can say; where nothing is installed there is nothing to say of it. */
  private static boolean works(ClusterFacts cluster) {
    return !cluster.knowsPolicies()
        || !cluster.leases().complete()
        || cluster.leases().stream().anyMatch(lease -> isHeld(lease, cluster.at()));
  }

  static boolean isHeld(Lease lease, Instant at) {
    var spec = lease.getSpec();
    return spec != null
        && spec.getHolderIdentity() != null
        && !spec.getHolderIdentity().isEmpty()
        && spec.getRenewTime() != null
        && spec.getRenewTime().toInstant().isAfter(at.minus(SILENT));
  }

  private static Stream<Found> found(Where where, String seen) {
    return Stream.of(new Found(where, seen, Map.of()));
  }
}
