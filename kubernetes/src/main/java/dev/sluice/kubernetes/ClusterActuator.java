package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.sequence.Write;
import dev.sluice.kubernetes.route.Router;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Each write of the engine as one write to the API server. */
public final class ClusterActuator implements Actuator {
  private final Cluster cluster;
  private final Workload workload;
  private final boolean leaving;
  private final Writes writes;
  private final Adoption adoption;
  private final CandidateBudget budget;
  private final Strays strays;
  private final Router router;
  private final Live live;
  private final ClusterObserver observer;
  private final Checks checks;

  /** Whoever carries out checks. */
  @FunctionalInterface
  public interface Checks {
    /**
     * Starts one; a check that runs or has ended is not started again.
     *
     * @param hash of the set that is asked: the candidate's, or stable's before there is one
     */
    void start(String release, String check, String hash);

    /**
     * Goes on with those that were started, and takes away what is left of others.
     *
     * @param release the one that runs; empty: none does
     */
    default void advance(Optional<String> release) {}
  }

  /**
   * @param leaving the policy was removed: what is given back once nothing is left of a release is
   *     not adopted again, though the process that began to give it back has died
   * @param observer whose last look says which release's checks are meant
   */
  public ClusterActuator(
      Cluster cluster,
      Workload workload,
      boolean leaving,
      Writes writes,
      Router router,
      Live live,
      ClusterObserver observer,
      Checks checks,
      InstantSource clock) {
    this.cluster = cluster;
    this.workload = workload;
    this.leaving = leaving;
    this.writes = writes;
    this.adoption = new Adoption(cluster, workload, writes, clock);
    this.budget = new CandidateBudget(cluster, workload, writes);
    this.strays = new Strays(cluster, workload, writes);
    this.router = router;
    this.live = live;
    this.observer = observer;
    this.checks = checks;
  }

  /** What a foreign write has undone is done again, and checks go on. */
  @Override
  public Optional<String> advance(Memory memory) throws IOException {
    boolean rests = memory.running().isEmpty() && memory.warm().isEmpty();
    Optional<String> undone = leaving && rests ? Optional.empty() : adoption.adopt(rests);
    strays.end(memory);
    checks.advance(memory.running().map(Run::id));
    Optional<String> unprotected = budget.follow(memory);
    return undone.or(() -> unprotected);
  }

  @Override
  public Outcome apply(Write write) {
    return switch (write) {
      case Write.Hold w -> held(w.version(), "true");
      case Write.Release w -> held(w.version(), null);
      case Write.WriteTemplate w -> template(w);
      case Write.Pin w -> routed(pin(w.entryPoint(), w.hash(), w.version()));
      case Write.Unpin w -> routed(pin(w.entryPoint(), null, w.version()));
      case Write.SetSplit w -> routed(router.write(w.split(), w.version()));
      case Write.ClearSplit w -> routed(router.clear(w.version()));
      case Write.CreateSet w -> create(w);
      case Write.Resize w ->
          set(w.hash())
              .map(s -> writes.patched(cluster.sets(), s, size(w.size(), w.version())))
              .orElseGet(() -> gone("set " + w.hash()));
      case Write.TakeOut w -> takeOut(w);
      case Write.GiveIn w ->
          set(w.hash())
              .map(s -> writes.changed(cluster.sets(), s, Sets.givenIn(s), w.version()))
              .orElseGet(() -> gone("set " + w.hash()));
      case Write.DeleteSet w ->
          set(w.hash())
              .map(s -> writes.deleted(cluster.sets(), at(s, w.version())))
              .orElseGet(Outcome.Applied::new);
      case Write.ServeCandidate w -> serveCandidate(w.hash());
      case Write.DropCandidateService _ -> dropCandidate();
      case Write.Preview w -> preview(w.hash());
      case Write.StartCheck w -> check(w.name());
    };
  }

  private Outcome check(String name) {
    return observer
        .running()
        .<Outcome>map(
            run -> {
              String candidate = run.versions().hash();
              boolean there = set(candidate).isPresent();
              checks.start(run.id(), name, there ? candidate : run.versions().stableHash());
              return new Outcome.Applied();
            })
        .orElseGet(() -> new Outcome.Conflict("No release runs any more."));
  }

  private Outcome routed(Outcome outcome) {
    if (!(outcome instanceof Outcome.Conflict)) {
      live.routingChanged();
    }
    return outcome;
  }

  private Outcome held(String version, @Nullable String value) {
    return deployment()
        .map(
            d ->
                writes.label(
                    cluster.deployments(), d, version, Collections.singletonMap(Marks.HELD, value)))
        .orElseGet(() -> gone("Deployment " + workload.deployment()));
  }

  private Outcome template(Write.WriteTemplate w) {
    Optional<Deployment> deployment = deployment();
    Optional<PodTemplateSpec> wanted =
        deployment.stream()
            .flatMap(
                d ->
                    cluster.sets().ownedBy(workload.namespace(), d.getMetadata().getUid()).stream())
            .map(s -> Template.bare(s.getSpec().getTemplate()))
            .filter(t -> Template.fingerprint(t).equals(w.template()))
            .findFirst();
    if (deployment.isEmpty() || wanted.isEmpty()) {
      return new Outcome.Refused("No set of the Deployment has the template " + w.template() + ".");
    }
    Deployment next =
        deployment.get().edit().editSpec().withTemplate(wanted.get()).endSpec().build();
    return writes.changed(cluster.deployments(), deployment.get(), next, w.version());
  }

  private Outcome pin(String entryPoint, @Nullable String hash, String version) {
    Map<String, @Nullable String> pin = Collections.singletonMap(Marks.PIN, hash);
    Optional<String> named = Budgets.named(entryPoint);
    if (named.isPresent()) {
      return cluster
          .budgets()
          .get(workload.namespace(), named.get())
          .map(b -> writes.annotate(cluster.budgets(), b, version, pin))
          .orElseGet(() -> gone("PodDisruptionBudget " + named.get()));
    }
    return service(entryPoint)
        .map(s -> writes.annotate(cluster.services(), s, version, pin))
        .orElseGet(() -> gone("Service " + entryPoint));
  }

  private Outcome create(Write.CreateSet w) {
    Optional<Deployment> deployment = deployment();
    if (deployment.filter(d -> Template.fingerprint(d).equals(w.template())).isEmpty()) {
      return new Outcome.Conflict("The Deployment asks for another template by now.");
    }
    return writes.created(
        cluster.sets(), Sets.candidate(deployment.get(), workload, w.hash(), w.size()));
  }

  private Outcome takeOut(Write.TakeOut w) {
    return set(w.hash())
        .map(s -> writes.changed(cluster.sets(), s, Sets.takenOut(s, workload), w.version()))
        .orElseGet(() -> gone("set " + w.hash()));
  }

  private Outcome serveCandidate(String hash) {
    Optional<Service> root = service(workload.root());
    Optional<Deployment> deployment = deployment();
    if (root.isEmpty() || deployment.isEmpty()) {
      return gone("Service " + workload.root());
    }
    Map<String, String> selector = new HashMap<>(root.get().getSpec().getSelector());
    selector.put(Marks.HASH, hash);
    Service wanted =
        new ServiceBuilder()
            .withNewMetadata()
            .withName(workload.candidate())
            .withNamespace(workload.namespace())
            .addToLabels(Marks.TRACK, "candidate")
            .withOwnerReferences(Sets.owner(deployment.get()))
            .endMetadata()
            .withNewSpec()
            .withSelector(selector)
            .withPorts(root.get().getSpec().getPorts().stream().map(ClusterActuator::port).toList())
            .endSpec()
            .build();
    Optional<Service> now = service(workload.candidate());
    if (now.isEmpty()) {
      Outcome made = writes.created(cluster.services(), wanted);
      return made instanceof Outcome.Applied ? budget.serve(hash, deployment.get()) : made;
    }
    Service changed = now.get().edit().editSpec().withSelector(selector).endSpec().build();
    Outcome outcome =
        writes.changed(
            cluster.services(), now.get(), changed, now.get().getMetadata().getResourceVersion());
    return outcome instanceof Outcome.Applied ? budget.serve(hash, deployment.get()) : outcome;
  }

  /** The port as the root has it, without what is the root's alone. */
  private static ServicePort port(ServicePort port) {
    return port.edit().withNodePort(null).build();
  }

  private Outcome dropCandidate() {
    Outcome outcome = budget.drop();
    return outcome instanceof Outcome.Applied
        ? service(workload.candidate())
            .map(s -> writes.deleted(cluster.services(), s))
            .orElse(outcome)
        : outcome;
  }

  private Outcome preview(Optional<String> hash) {
    return workload
        .preview()
        .flatMap(this::service)
        .map(
            s ->
                writes.annotate(
                    cluster.services(),
                    s,
                    s.getMetadata().getResourceVersion(),
                    Collections.singletonMap(Marks.PIN, hash.orElse(null))))
        .orElseGet(() -> gone("preview Service"));
  }

  private Optional<Deployment> deployment() {
    return cluster.deployments().get(workload.namespace(), workload.deployment());
  }

  private Optional<Service> service(String name) {
    return cluster.services().get(workload.namespace(), name);
  }

  private Optional<ReplicaSet> set(String hash) {
    return deployment().flatMap(d -> Sets.of(cluster, d, hash));
  }

  private static String size(int replicas, String version) {
    return "{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{\"replicas\":%d}}"
        .formatted(version, replicas);
  }

  private static ReplicaSet at(ReplicaSet set, String version) {
    return set.edit().editMetadata().withResourceVersion(version).endMetadata().build();
  }

  private static Outcome gone(String what) {
    return new Outcome.Conflict("The " + what + " is not there.");
  }
}
