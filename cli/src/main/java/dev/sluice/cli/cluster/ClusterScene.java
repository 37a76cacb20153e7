package dev.sluice.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.ApiObject;
import dev.sluice.api.Words;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Act;
import dev.sluice.cli.scene.Given;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marks;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A namespace of a cluster, or all of them, by the rights of whoever asks. */
public final class ClusterScene implements Scene {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A policy's releases are numbered. */
  private static final Comparator<ReleaseView> NEWEST_FIRST =
      Comparator.comparing((ReleaseView v) -> v.began().map(Object::toString).orElse(""))
          .thenComparingLong(v -> number(v.name()))
          .reversed();

  private final KubernetesClient client;
  private final String namespace;
  private final boolean everywhere;
  private final Standings standings;
  private final ObjectTrees trees;

  private ClusterScene(KubernetesClient client, String namespace, boolean everywhere) {
    this.client = client;
    this.namespace = namespace;
    this.everywhere = everywhere;
    this.standings = new Standings(client);
    this.trees = new ObjectTrees(client);
  }

  /**
   * @param namespace empty: the one of the kubeconfig's context
   * @param everywhere all namespaces: for lists alone
   */
  public static ClusterScene open(
      Connection connection, Optional<String> namespace, boolean everywhere) throws Failed {
    KubernetesClient client = connection.open();
    return new ClusterScene(client, namespace.orElseGet(() -> usual(client)), everywhere);
  }

  static String usual(KubernetesClient client) {
    return Optional.ofNullable(client.getNamespace()).orElse("default");
  }

  @Override
  public String name() {
    return everywhere ? "any namespace" : "the namespace " + namespace;
  }

  @Override
  public String flags() {
    return "-n " + namespace;
  }

  /** Templates of metrics are read again at each look: who looks for days sees them change. */
  @Override
  public List<Glance> glances() throws Failed, IOException {
    Standings now = new Standings(client);
    List<Glance> glances = new ArrayList<>();
    for (ObjectNode tree : list(Cluster.POLICIES, Optional.empty())) {
      glances.add(glance(new PolicyObject(tree), now));
    }
    glances.sort(
        Comparator.comparing((Glance g) -> g.view().namespace().orElse(""))
            .thenComparing(g -> g.view().name()));
    return glances;
  }

  @Override
  public Scene within(Optional<String> other) {
    return new ClusterScene(client, other.orElse(namespace), false);
  }

  @Override
  public Optional<PolicyView> policy(String name) throws Failed, IOException {
    Optional<ObjectNode> tree = get(Cluster.POLICIES, name);
    return tree.isPresent()
        ? Optional.of(glance(new PolicyObject(tree.get()), standings).view())
        : Optional.empty();
  }

  /** One that cannot be read, or whose state is lost, is shown by what its status says. */
  private static Glance glance(PolicyObject policy, Standings now) throws IOException {
    try {
      Standing standing = now.remembered(policy);
      PolicyView view = PolicyView.of(standing, policy.shown());
      return view.release().isPresent() || policy.release().isEmpty()
          ? new Glance(view, Optional.of(standing))
          : new Glance(bySight(policy, view.why()), Optional.empty());
    } catch (Failed e) {
      return new Glance(bySight(policy, String.valueOf(e.getMessage())), Optional.empty());
    }
  }

  private static PolicyView bySight(PolicyObject policy, String why) {
    PolicyView unknown =
        PolicyView.unknown(
            Optional.of(policy.namespace()),
            policy.name(),
            policy.message().orElse(why),
            policy.shown());
    return new PolicyView(
        unknown.namespace(),
        unknown.name(),
        policy.release(),
        policy.phase(),
        unknown.condition(),
        policy.stage(),
        policy.weight().orElse(unknown.weight()),
        unknown.odds(),
        unknown.hurt(),
        unknown.judge(),
        unknown.shown(),
        unknown.why(),
        unknown.object());
  }

  @Override
  public List<ReleaseView> releases(Optional<String> policy) throws Failed, IOException {
    return list(Cluster.RELEASES, policy).stream()
        .map(tree -> new ReleaseObject(tree).view())
        .sorted(NEWEST_FIRST)
        .toList();
  }

  @Override
  public Optional<ReleaseView> release(String name) throws Failed, IOException {
    return get(Cluster.RELEASES, name).map(tree -> new ReleaseObject(tree).view());
  }

  @Override
  public Standing standing(String policy) throws Failed, IOException {
    return standings.seen(there(policy));
  }

  private PolicyObject there(String policy) throws Failed, IOException {
    return get(Cluster.POLICIES, policy)
        .map(PolicyObject::new)
        .orElseThrow(
            () ->
                new Failed(
                    Exit.USAGE,
                    "The policy %s is not in %s any more.".formatted(policy, namespace)));
  }

  @Override
  public Optional<String> over() {
    return Optional.empty();
  }

  @Override
  public Given give(Act act) throws Failed, IOException {
    PolicyObject policy = there(act.policy());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("release", act.release());
    spec.put("action", Words.of(act.action()));
    act.stage().ifPresent(stage -> spec.put("stage", stage));
    spec.put("reason", act.reason());
    GenericKubernetesResource command =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(ApiObject.VERSION)
            .withKind("ReleaseCommand")
            .withNewMetadata()
            .withGenerateName(act.action().name().toLowerCase(Locale.ROOT) + "-")
            .withNamespace(namespace)
            .addToLabels(Marks.POLICY, act.policy())
            .endMetadata()
            .addToAdditionalProperties("spec", spec)
            .build();
    GenericKubernetesResource made =
        Asking.the(
            "Whether the command was given is not known (kubectl -n %s get releasecommands shows it)"
                .formatted(namespace),
            () ->
                client
                    .genericKubernetesResources(Cluster.COMMANDS)
                    .inNamespace(namespace)
                    .resource(command)
                    .create());
    return new Given(
        act,
        made.getMetadata().getUid(),
        made.getMetadata().getName(),
        Optional.ofNullable(made.<String>get("spec", "by")).orElse("somebody"),
        policy.lastDecision());
  }

  @Override
  public Optional<List<Decided>> since(Given given) throws Failed, IOException {
    return there(given.act().policy())
        .saved()
        .filter(saved -> saved.memory().handled().contains(given.id()))
        .map(Saved::decisions)
        .map(all -> all.stream().filter(d -> d.at().isAfter(given.after())).toList());
  }

  @Override
  public String nobody(Given given) {
    String byHand =
        given.act().action() == Action.ABORT
            ? " To take the traffic back without an operator see docs/escape.md."
            : "";
    return ("The command (releasecommand/%s) stands: an operator that comes back carries it out."
            + " Does one run, and does it follow %s? Look at: kubectl -n sluice-system get"
            + " pods,leases; sluice explain %s %s.%s")
        .formatted(given.object(), namespace, given.act().policy(), flags(), byHand);
  }

  private List<ObjectNode> list(ResourceDefinitionContext kind, Optional<String> policy)
      throws Failed, IOException {
    return trees.list(
        kind,
        everywhere ? Optional.empty() : Optional.of(namespace),
        everywhere ? Optional.empty() : policy.map(name -> Marks.POLICY + "=" + name),
        "The objects of %s were not read".formatted(name()));
  }

  private Optional<ObjectNode> get(ResourceDefinitionContext kind, String name)
      throws Failed, IOException {
    return trees.get(kind, namespace, name);
  }

  static ObjectNode tree(KubernetesClient client, GenericKubernetesResource object) {
    try {
      return (ObjectNode) JSON.readTree(client.getKubernetesSerialization().asJson(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was written as JSON is none", e);
    }
  }

  private static long number(String release) {
    String digits = release.substring(release.lastIndexOf('-') + 1);
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
  }

  @Override
  public void close() {
    client.close();
  }
}
