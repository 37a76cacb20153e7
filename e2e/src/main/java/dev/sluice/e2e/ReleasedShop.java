package dev.sluice.e2e;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marks;
import dev.sluice.watch.Version;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shop that Sluice releases, in a namespace of its own: what its developers do to it, what its
 * users say, and what the API server shows of it.
 */
public final class ReleasedShop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Set<String> ENDED = Set.of("Succeeded", "Aborted", "Superseded", "Reverted");

  /** Its Service that shows a new version, where a policy names it. */
  static final String PREVIEW = Shop.NAME + "-preview";

  private final KubernetesClient admin;
  private final Shop shop;
  private final Map<String, Users> users = new HashMap<>();
  private final WatchedShop watched;
  private final SluicesStatus status;

  private ReleasedShop(KubernetesClient admin, Shop shop) {
    this.admin = admin;
    this.shop = shop;
    this.watched = new WatchedShop(admin, shop);
    this.status = new SluicesStatus(admin, shop.namespace());
  }

  /**
   * It serves v1 when this returns. The watcher sees all that happens until it closes; see {@link
   * #breaks}.
   */
  public static ReleasedShop open(Kubelab cluster, Edge edge, String namespace) {
    Shop shop = Shop.open(cluster, edge, namespace);
    ReleasedShop released = new ReleasedShop(cluster.admin(), shop);
    shop.serve(Edition.of("v1"));
    return released;
  }

  public Shop shop() {
    return shop;
  }

  public String namespace() {
    return shop.namespace();
  }

  /** What was written since it opened, as far as the watches have told. */
  public List<Version> versions() {
    return watched.versions();
  }

  /**
   * The scenario breaks these invariants on purpose: the watcher names them and the test does not
   * fail for them.
   *
   * @param invariants as the watcher calls them: {@code lost}, {@code 10}
   */
  public void breaks(String... invariants) {
    watched.breaks(Set.of(invariants));
  }

  /** The scenario starts the API server again: a few versions may be missed. */
  public void survivesTheApiServer() {
    watched.beginsAgain();
  }

  /**
   * What the operator is late with may be so late: it is away again and again.
   *
   * @param late instead of the time in which it has to notice what others did, and to tell of it
   */
  public void bearsWith(Duration late) {
    watched.bearsWith(late);
  }

  /**
   * Its developer writes the policy; it is Ready when this returns.
   *
   * @param spec the lines of the policy's spec, without workload and services
   */
  public void adopt(String spec) {
    write(spec);
    awaitReady();
  }

  /** As {@link #adopt}, and nobody waits. */
  void write(String spec) {
    if (spec.contains(PREVIEW)) {
      watched.shows(PREVIEW);
    }
    String yaml =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: order-service, namespace: %s }
        spec:
          workloadRef: { name: order-service }
          services: [order-service]
        """
            .formatted(namespace());
    KubernetesClient developer = shop.developer();
    developer
        .resource(
            developer
                .getKubernetesSerialization()
                .unmarshal(yaml + spec.indent(2), GenericKubernetesResource.class))
        .create();
  }

  /** Users at the gateway, half of them on fresh connections; together so many requests/s. */
  public Users comeUsers(double perSecond) {
    return come("users", shop.users().fresh(perSecond / 2).kept(perSecond / 2));
  }

  /** Callers of the Service's address, half of them on fresh connections. */
  public Users comeCallers(double perSecond) {
    return come("callers", shop.callers().fresh(perSecond / 2).kept(perSecond / 2));
  }

  /** They come until the shop closes, or {@link #leave} says so. */
  public Users come(String name, Users.Plan plan) {
    Users some = plan.come();
    users.put(name, some);
    return some;
  }

  /**
   * All users leave, and tell.
   *
   * @return by their name; what those say who lost something is kept in a file under target/e2e
   */
  public Map<String, Accounts> leave() {
    Map<String, Accounts> all = new HashMap<>();
    users.forEach((name, some) -> all.put(name, some.leave()));
    users.clear();
    all.values().forEach(watched::heard);
    all.forEach(
        (name, accounts) -> {
          System.out.printf(
              "%s, %s: %,d requests, %d lost; fresh: %s; kept: %s%n",
              namespace(),
              name,
              accounts.sent(),
              accounts.lost(),
              accounts.fresh(),
              accounts.kept());
          if (accounts.lost() > 0) {
            accounts.write(Path.of("target", "e2e", namespace() + "-" + name + ".tsv"));
          }
        });
    return all;
  }

  /** All users leave. */
  public long leaveAndCountLost() {
    return leave().values().stream().mapToLong(Accounts::lost).sum();
  }

  /** The developer gives a command to the release of that number. */
  public void command(String action, int release) {
    String yaml =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleaseCommand
        metadata: { generateName: %s-, namespace: %s }
        spec: { release: %s, action: %s, reason: as agreed }
        """
            .formatted(
                action.toLowerCase(Locale.ROOT), namespace(), SluicesStatus.id(release), action);
    KubernetesClient developer = shop.developer();
    developer
        .resource(
            developer.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
        .create();
  }

  /** Phase of the release of that number; empty: there is none. */
  public String phase(int release) {
    return status.ofRelease(release, "phase");
  }

  /** The stage that it is in; empty: in none. */
  public String stage(int release) {
    return status.ofRelease(release, "stage");
  }

  /** What was decided last in the release of that number, for people. */
  public String message(int release) {
    return status.ofRelease(release, "message");
  }

  /** Everything that was decided in the release of that number, oldest first. */
  public List<String> decisions(int release) {
    return status.decisions(release);
  }

  /** The code of what was decided last in the release of that number. */
  public String reason(int release) {
    return status.ofRelease(release, "reason");
  }

  /** Whether it moves, is held or has retreated. */
  public String condition(int release) {
    return status.ofRelease(release, "condition");
  }

  public boolean ended(int release) {
    return isEnd(phase(release));
  }

  /** Whether nothing more comes of a release in that phase. */
  static boolean isEnd(String phase) {
    return ENDED.contains(phase);
  }

  /** How the release of that number ended. */
  public String awaitEnd(int release) {
    await("%s has ended", () -> ended(release), release);
    return phase(release);
  }

  public void awaitPhase(int release, String phase) {
    await("%s is " + phase, () -> phase(release).equals(phase), release);
  }

  public void awaitStage(int release, String stage) {
    await(
        "%s is at " + stage,
        () -> phase(release).equals("Shifting") && stage(release).equals(stage),
        release);
  }

  /**
   * @param where a phase, or a stage of the policy
   */
  public void awaitAt(int release, String where) {
    if (Character.isUpperCase(where.charAt(0))) {
      awaitPhase(release, where);
    } else {
      awaitStage(release, where);
    }
  }

  /** As {@link #awaitAt}, or until it has ended, whichever is first. */
  public void awaitAtOrLater(int release, String where) {
    await(
        "%s is at " + where + ", or has ended",
        () -> phase(release).equals(where) || stage(release).equals(where) || ended(release),
        release);
  }

  public void awaitReason(int release, String code) {
    await("%s says " + code, () -> reason(release).equals(code), release);
  }

  private void await(String what, BooleanSupplier so, int release) {
    try {
      Await.until(what.formatted(SluicesStatus.id(release)), PATIENCE, so);
    } catch (AssertionError e) {
      AssertionError said =
          new AssertionError(
              "%s The policy says: %s".formatted(e.getMessage(), ofPolicy("message")));
      said.initCause(e);
      throw said;
    }
  }

  /** One version serves and nothing is to be released. */
  public void awaitReady() {
    Await.until("the policy is Ready", PATIENCE, () -> is("Ready"));
  }

  /** Whether that condition of the policy is True. */
  public boolean is(String type) {
    return status.policyIs(type);
  }

  /** A word of the policy's status; empty: it is not there. */
  public String ofPolicy(String field) {
    return status.ofPolicy(field);
  }

  /** The policy goes, and with it all that Sluice ever wrote. */
  public void removePolicy(DeletionPropagation propagation) {
    shop.developer()
        .genericKubernetesResources(Cluster.POLICIES)
        .inNamespace(namespace())
        .withName(Shop.NAME)
        .withPropagationPolicy(propagation)
        .delete();
    Await.until("the policy is gone", PATIENCE, () -> !status.hasPolicy());
  }

  /** By name and uid: a pod that was made anew has another. */
  public Set<String> pods() {
    return alive(admin.pods().inNamespace(namespace()).list().getItems().stream());
  }

  /** Those that the Service is pinned to. */
  public Set<String> pinned() {
    String hash =
        admin
            .services()
            .inNamespace(namespace())
            .withName(Shop.NAME)
            .require()
            .getSpec()
            .getSelector()
            .getOrDefault(Marks.HASH, "");
    return alive(
        admin
            .pods()
            .inNamespace(namespace())
            .withLabel(Marks.HASH, hash)
            .list()
            .getItems()
            .stream());
  }

  private static Set<String> alive(Stream<Pod> pods) {
    return pods.filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .map(p -> p.getMetadata().getName() + " " + p.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  /**
   * What its developers wrote: spec, labels and annotations of all objects, without what Kubernetes
   * itself adds.
   */
  public Map<String, Object> written() {
    return WrittenByUsers.in(admin, namespace());
  }

  /** The candidate's own Services, budgets and Ingresses; they are gone after a release. */
  public Set<String> extras() {
    return Stream.of(
            admin.services().inNamespace(namespace()).list().getItems().stream(),
            admin
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace())
                .list()
                .getItems()
                .stream(),
            admin.network().v1().ingresses().inNamespace(namespace()).list().getItems().stream())
        .flatMap(objects -> objects)
        .map(o -> o.getMetadata().getName())
        .filter(name -> name.endsWith("-candidate"))
        .collect(Collectors.toSet());
  }

  /** The names of the releases that there are, oldest first. */
  public List<String> releases() {
    return status.releases();
  }

  /**
   * Its namespace goes; nobody waits for that, for another shop has another.
   *
   * @throws AssertionError if an invariant was broken that was not meant to be
   */
  @Override
  public void close() {
    users.values().forEach(some -> watched.heard(some.accounts()));
    users.values().forEach(Users::close);
    try {
      watched.end();
    } finally {
      shop.abandon();
    }
  }
}
