package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The order service of an online shop, as its developers run it: plain manifests in a namespace of
 * their own, written by a person who may write there and nowhere else.
 */
public final class Shop implements AutoCloseable {
  /** The namespace where a test has only one shop. */
  public static final String NAMESPACE = "shop";

  /** Of the Deployment, the Service, the PodDisruptionBudget and the route. */
  public static final String NAME = "order-service";

  /** Who writes here, and nowhere else: a member of {@link #developers}. */
  public static final String DEVELOPER = "dana";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Kubelab cluster;
  private final Edge edge;
  private final String namespace;
  private final KubernetesClient developer;

  private Shop(Kubelab cluster, Edge edge, String namespace) {
    this.cluster = cluster;
    this.edge = edge;
    this.namespace = namespace;
    this.developer = cluster.user(DEVELOPER, developers());
  }

  /** With Service, PodDisruptionBudget and route, and no pods yet. */
  public static Shop open(Kubelab cluster, Edge edge) {
    return open(cluster, edge, NAMESPACE);
  }

  /** In a namespace of its own, beside others. */
  public static Shop open(Kubelab cluster, Edge edge, String namespace) {
    Shop shop = new Shop(cluster, edge, namespace);
    shop.manifests("namespace.yaml").forEach(object -> apply(cluster.admin(), object));
    cluster.awaitGrants();
    shop.applyEntry();
    return shop;
  }

  /** Service, PodDisruptionBudget and route as its developers have them in Git. */
  public void applyEntry() {
    entry().forEach(this::apply);
  }

  private List<HasMetadata> entry() {
    List<HasMetadata> all = new ArrayList<>(manifests("entry.yaml"));
    all.addAll(manifests(route().toLowerCase(Locale.ROOT) + ".yaml"));
    return all;
  }

  /** The kind of what leads users here: {@code HTTPRoute} or {@code Ingress}. */
  String route() {
    return edge.route();
  }

  /** The Service at which a blue-green release shows the new version. */
  public void applyPreview() {
    manifests("preview.yaml").forEach(this::apply);
  }

  public String namespace() {
    return namespace;
  }

  /** Where it runs. */
  public Kubelab cluster() {
    return cluster;
  }

  /** The group that has the rights of this shop's developers. */
  public String developers() {
    return namespace + "-developers";
  }

  /** That users ask for at the edge. */
  public String host() {
    return namespace + ".test";
  }

  /** The developer's own client. */
  public KubernetesClient developer() {
    return developer;
  }

  /** What {@code kubectl apply --server-side} does, by the developer. */
  public void apply(HasMetadata object) {
    apply(developer, object);
  }

  /** Returns when it is written; see {@link #awaitRolledOut}. */
  public Deployment deploy(Edition edition) {
    return deploy(edition, deployment -> deployment);
  }

  /**
   * @param edit what the developers change besides
   */
  public Deployment deploy(Edition edition, UnaryOperator<Deployment> edit) {
    if (!edition.config().isEmpty()) {
      apply(hashed(edition));
    }
    Deployment edited = edit.apply(manifest(edition));
    apply(edited);
    return edited;
  }

  /**
   * Everything as it is in Git, for an edition without a ConfigMap: YAML of Service,
   * PodDisruptionBudget, route and Deployment.
   *
   * @param edit what the developers have in Git besides
   */
  public String manifests(Edition edition, UnaryOperator<Deployment> edit) {
    List<HasMetadata> all = entry();
    all.add(edit.apply(manifest(edition)));
    return all.stream()
        .map(developer.getKubernetesSerialization()::asYaml)
        .collect(Collectors.joining("\n---\n"));
  }

  private Deployment manifest(Edition edition) {
    Deployment plain = (Deployment) manifests("deployment.yaml").getFirst();
    ContainerBuilder container =
        new ContainerBuilder(plain.getSpec().getTemplate().getSpec().getContainers().getFirst())
            .withImage("sluice.local/order-service:" + edition.version());
    new TreeMap<>(edition.faults())
        .forEach((name, value) -> container.addNewEnv().withName(name).withValue(value).endEnv());
    if (!edition.config().isEmpty()) {
      container
          .addNewEnvFrom()
          .withNewConfigMapRef()
          .withName(config(edition))
          .endConfigMapRef()
          .endEnvFrom();
    }
    return new DeploymentBuilder(plain)
        .editSpec()
        .editTemplate()
        .editSpec()
        .withContainers(container.build())
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** As {@link #rolledOut}. */
  public void awaitRolledOut() {
    Await.until("the Deployment is rolled out", PATIENCE, () -> rolledOut(deployment()));
  }

  public Deployment deployment() {
    return developer.apps().deployments().inNamespace(namespace).withName(NAME).require();
  }

  /** The version that answers at the gateway now; empty: no pod does. */
  public Optional<String> served() {
    return edge.header(host(), "/stock/1", Diary.VERSION);
  }

  /** Deployed, rolled out, and answering at the edge. */
  public void serve(Edition edition) {
    deploy(edition);
    awaitRolledOut();
    Await.until(
        edition.version() + " is served at the gateway",
        PATIENCE,
        () -> served().equals(Optional.of(edition.version())));
  }

  /** Users of the edge. */
  public Users.Plan users() {
    return Users.at(edge.listener()).named(host());
  }

  /** Callers inside the cluster: they know the Service's address and no route. */
  public Users.Plan callers() {
    String address =
        developer
            .services()
            .inNamespace(namespace)
            .withName(NAME)
            .require()
            .getSpec()
            .getClusterIP();
    return Users.at(URI.create("http://%s:80".formatted(address)));
  }

  /** The namespace and everything in it are on their way out. */
  void abandon() {
    cluster.admin().namespaces().withName(namespace).delete();
  }

  /** The namespace and everything in it are gone when this returns. */
  @Override
  public void close() {
    abandon();
    Await.until(
        "the namespace is gone",
        PATIENCE,
        () -> cluster.admin().namespaces().withName(namespace).get() == null);
  }

  private static void apply(KubernetesClient who, HasMetadata object) {
    who.resource(object).fieldManager("kubectl").serverSideApply();
  }

  /** As {@code kubectl rollout status} sees it: every pod is new and available, no old one left. */
  public static boolean rolledOut(Deployment deployment) {
    DeploymentStatus status = deployment.getStatus();
    int wanted = deployment.getSpec().getReplicas();
    return Long.valueOf(deployment.getMetadata().getGeneration())
            .equals(status.getObservedGeneration())
        && count(status.getUpdatedReplicas()) == wanted
        && count(status.getReplicas()) == wanted
        && count(status.getAvailableReplicas()) == wanted;
  }

  private static int count(@org.jspecify.annotations.Nullable Integer ofStatus) {
    return ofStatus == null ? 0 : ofStatus;
  }

  /** The name of the ConfigMap that an edition reads. */
  public String config(Edition edition) {
    return hashed(edition).getMetadata().getName();
  }

  private ConfigMap hashed(Edition edition) {
    ConfigMap plain = (ConfigMap) manifests("configmap.yaml").getFirst();
    return new ConfigMapBuilder(plain)
        .editMetadata()
        .withName(NAME + "-" + hash(new TreeMap<>(edition.config()).toString()))
        .endMetadata()
        .withData(edition.config())
        .build();
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<HasMetadata> manifests(String file) {
    try (InputStream in = Shop.class.getResourceAsStream("shop/" + file)) {
      if (in == null) {
        throw new IllegalStateException("shop/" + file + " is not in the class path.");
      }
      String yaml = new String(in.readAllBytes(), UTF_8).replace("NAMESPACE", namespace);
      return developer.load(new ByteArrayInputStream(yaml.getBytes(UTF_8))).items();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
