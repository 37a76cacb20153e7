package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.Entry;
import dev.sluice.watch.Thing.Pod;
import dev.sluice.watch.Thing.PodSet;
import dev.sluice.watch.Thing.Release;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The latest version of everything. What the rules ask often is counted as it comes. */
final class Scene {
  private final Shop shop;
  private final Limits limits;
  private final Map<String, Map<String, JsonNode>> objects = new HashMap<>();
  private final Map<String, Pod> pods = new LinkedHashMap<>();
  private final Map<String, PodSet> sets = new LinkedHashMap<>();
  private final Map<String, Entry> services = new LinkedHashMap<>();
  private final Map<String, Entry> budgets = new LinkedHashMap<>();
  private final Map<String, Release> releases = new HashMap<>();
  private final Map<String, Division> ingresses = new HashMap<>();
  private final Map<String, Lately> ready = new HashMap<>();
  private final Lately replicas;
  private final Guards guards = new Guards();
  private Optional<Deployment> deployment = Optional.empty();
  private Optional<Division> route = Optional.empty();
  private Optional<Policy> policy = Optional.empty();
  private Instant now = Instant.EPOCH;

  Scene(Shop shop, Limits limits) {
    this.shop = shop;
    this.limits = limits;
    this.replicas = new Lately(limits.behind());
  }

  /** Takes a version in. */
  Change take(Version version, Writer told) {
    now = version.at();
    String name = version.name();
    Map<String, JsonNode> ofKind = objects.computeIfAbsent(version.kind(), _ -> new HashMap<>());
    JsonNode was = Optional.ofNullable(ofKind.get(name)).orElse(MissingNode.getInstance());
    JsonNode is = version.deleted() ? MissingNode.getInstance() : version.object();
    Thing before = was.isMissingNode() ? Thing.NOTHING : known(version.kind(), name);
    boolean ours = isWatched(version.kind(), name);
    Thing after = version.deleted() || !ours ? Thing.NOTHING : Thing.of(version.kind(), is);
    if (version.deleted()) {
      ofKind.remove(name);
    } else {
      ofKind.put(name, is);
    }
    keep(version.kind(), name, after);
    guards.saw(version);
    Writer writer = told == Writer.UNKNOWN ? Authors.of(version.kind(), was, is) : told;
    return new Change(version, writer, was, is, before, after);
  }

  /** Of some kinds there may be others, which are none of its business. */
  private boolean isWatched(String kind, String name) {
    return switch (kind) {
      case "Deployment" -> name.equals(shop.deployment());
      case "ReleasePolicy" -> name.equals(shop.policy());
      case "HTTPRoute", "GRPCRoute" ->
          shop.route().filter(r -> r.kind().equals(kind) && r.name().equals(name)).isPresent();
      default -> true;
    };
  }

  private Thing known(String kind, String name) {
    if (!isWatched(kind, name)) {
      return Thing.NOTHING;
    }
    return switch (kind) {
      case "Pod" -> or(pods.get(name));
      case "ReplicaSet" -> or(sets.get(name));
      case "Service" -> or(services.get(name));
      case "PodDisruptionBudget" -> or(budgets.get(name));
      case "Release" -> or(releases.get(name));
      case "Ingress" -> or(ingresses.get(name));
      case "Deployment" -> or(deployment.orElse(null));
      case "HTTPRoute", "GRPCRoute" -> or(route.orElse(null));
      case "ReleasePolicy" -> or(policy.orElse(null));
      default -> Thing.NOTHING;
    };
  }

  private static Thing or(@Nullable Thing thing) {
    return thing == null ? Thing.NOTHING : thing;
  }

  private void keep(String kind, String name, Thing thing) {
    if (!isWatched(kind, name)) {
      return;
    }
    switch (kind) {
      case "Pod" -> pod(name, thing);
      case "ReplicaSet" -> put(sets, name, thing, PodSet.class);
      case "Service" -> put(services, name, thing, Entry.class);
      case "PodDisruptionBudget" -> put(budgets, name, thing, Entry.class);
      case "Release" -> put(releases, name, thing, Release.class);
      case "Ingress" -> put(ingresses, name, thing, Division.class);
      case "Deployment" -> {
        deployment = thing instanceof Deployment d ? Optional.of(d) : Optional.empty();
        deployment.ifPresent(d -> replicas.is(d.replicas(), now));
      }
      case "HTTPRoute", "GRPCRoute" ->
          route = thing instanceof Division d ? Optional.of(d) : Optional.empty();
      case "ReleasePolicy" ->
          policy = thing instanceof Policy p ? Optional.of(p) : Optional.empty();
      default -> {}
    }
  }

  private static <T extends Thing> void put(
      Map<String, T> all, String name, Thing thing, Class<T> type) {
    if (type.isInstance(thing)) {
      all.put(name, type.cast(thing));
    } else {
      all.remove(name);
    }
  }

  private void pod(String name, Thing thing) {
    Pod was = pods.get(name);
    put(pods, name, thing, Pod.class);
    if (was != null && was.ready()) {
      count(was.hash());
    }
    if (thing instanceof Pod is && is.ready()) {
      count(is.hash());
    }
  }

  private void count(String hash) {
    ready.computeIfAbsent(hash, _ -> new Lately(limits.behind())).is(ready(hash), now);
  }

  Shop shop() {
    return shop;
  }

  Limits limits() {
    return limits;
  }

  Instant now() {
    return now;
  }

  Optional<Deployment> deployment() {
    return deployment;
  }

  Optional<Division> route() {
    return route;
  }

  Optional<Policy> policy() {
    return policy;
  }

  /**
   * Whether a pause alone holds, so that what others undo is put right a moment later: as the
   * policy asks, or because the admission policies are away, or were until a moment ago.
   */
  boolean pauses() {
    return policy.filter(Policy::pauses).isPresent() || guards.awayLately(limits.told(), now);
  }

  Optional<Release> release(String name) {
    return Optional.ofNullable(releases.get(name));
  }

  /** The release that has not ended. */
  Optional<Release> running() {
    return policy.filter(Policy::runs).flatMap(p -> release(p.release()));
  }

  Collection<Pod> pods() {
    return pods.values();
  }

  /** All that belong to the Deployment, in it or beside it. */
  Stream<PodSet> sets() {
    String uid = deployment.map(Deployment::uid).orElse("");
    return sets.values().stream().filter(s -> s.owner().equals(uid));
  }

  Optional<PodSet> set(String hash) {
    String uid = deployment.map(Deployment::uid).orElse("");
    for (PodSet set : sets.values()) {
      if (set.hash().equals(hash) && set.owner().equals(uid)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  /** The Deployment's own, by their labels, that are to have pods. */
  List<PodSet> owned() {
    return deployment.stream().flatMap(d -> sets().filter(s -> s.size() > 0 && d.has(s))).toList();
  }

  Optional<Entry> service(String name) {
    return Optional.ofNullable(services.get(name));
  }

  /** Those that users come through, as far as they are there. */
  List<Entry> entries() {
    return shop.services().stream().flatMap(name -> service(name).stream()).toList();
  }

  boolean isThere(String kind, String name) {
    return objects.getOrDefault(kind, Map.of()).containsKey(name);
  }

  /** The Deployment, its Services, budgets and route, by kind and name. */
  void usersObjects(BiConsumer<String, JsonNode> each) {
    one("Deployment", shop.deployment(), each);
    shop.services().forEach(name -> one("Service", name, each));
    shop.preview().ifPresent(name -> one("Service", name, each));
    shop.route().ifPresent(r -> one(r.kind(), r.name(), each));
    objects.getOrDefault("PodDisruptionBudget", Map.of()).keySet().stream()
        .filter(name -> !name.equals(candidateName()))
        .forEach(name -> one("PodDisruptionBudget", name, each));
  }

  private void one(String kind, String name, BiConsumer<String, JsonNode> each) {
    JsonNode object = objects.getOrDefault(kind, Map.of()).get(name);
    if (object != null) {
      each.accept(kind + " " + name, object);
    }
  }

  /** The candidate's own Service and budget. */
  String candidateName() {
    return shop.deployment() + "-candidate";
  }

  int ready(String hash) {
    int count = 0;
    for (Pod pod : pods.values()) {
      count += pod.ready() && pod.hash().equals(hash) ? 1 : 0;
    }
    return count;
  }

  /** The most that were ready within the last moment. */
  int readyLately(String hash) {
    Lately lately = ready.get(hash);
    return lately == null ? ready(hash) : lately.most(now);
  }

  /** The fewest that were ready within the last moment. */
  int surelyReady(String hash) {
    Lately lately = ready.get(hash);
    return lately == null ? ready(hash) : lately.least(now);
  }

  int readyBehind(Entry service) {
    int count = 0;
    for (Pod pod : pods.values()) {
      count += pod.ready() && Read.contains(pod.labels(), service.selector()) ? 1 : 0;
    }
    return count;
  }

  /** As {@link #readyLately}, behind that Service. */
  int readyBehindLately(Entry service) {
    return service.hash().map(this::readyLately).orElseGet(() -> readyBehind(service));
  }

  /** The fewest that it was asked to have within the last moment. */
  int replicasLately() {
    return replicas.least(now);
  }

  /** Pods that a share of all traffic needs at least. */
  int needed(int perMille) {
    return perMille <= 0 ? 0 : Math.max(1, Math.ceilDiv(perMille * replicasLately(), 1000));
  }

  /** Of 1,000 ordinary requests, what the route sends to the candidate's own Service. */
  int candidateShare() {
    return isByIngress()
        ? ingresses.values().stream().mapToInt(Division::nginxShare).max().orElse(0)
        : route.map(r -> r.share(candidateName())).orElse(0);
  }

  boolean whitelists() {
    return isByIngress()
        ? ingresses.values().stream().anyMatch(Division::nginxWhitelists)
        : route.map(r -> r.whitelists(candidateName())).orElse(false);
  }

  private boolean isByIngress() {
    return shop.route().filter(r -> r.kind().equals("Ingress")).isPresent();
  }

  boolean anyPinnedTo(String hash) {
    for (String name : shop.services()) {
      Entry entry = services.get(name);
      if (entry != null && entry.pin().filter(hash::equals).isPresent()) {
        return true;
      }
    }
    return false;
  }

  boolean allPinnedTo(String hash) {
    List<Entry> entries = entries();
    return !entries.isEmpty()
        && entries.stream().allMatch(e -> e.pin().filter(hash::equals).isPresent());
  }

  /** Every pod that the set is to have for all traffic has been ready for a moment. */
  boolean isWhole(String hash) {
    return deployment.filter(d -> surelyReady(hash) >= Math.max(1, d.replicas())).isPresent();
  }
}
