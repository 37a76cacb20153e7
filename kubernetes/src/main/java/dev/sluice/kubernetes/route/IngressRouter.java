package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.RouteState;
import dev.sluice.kubernetes.Watched;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ingresses of ingress-nginx. Beside each of the user's, which is never touched, a canary Ingress
 * of our own says the split. It follows the user's: where it is not beside it any more, or somebody
 * changed it, what it says is no release's, and it is written again.
 */
final class IngressRouter implements Router {
  /** Stands for the version of a canary Ingress that is not there. */
  private static final String NONE = "-";

  private final Watched<Ingress> all;
  private final Workload workload;
  private final Writes writes;
  private final Asked asked;

  IngressRouter(Watched<Ingress> all, Workload workload, Writes writes, Asked asked) {
    this.all = all;
    this.workload = workload;
    this.writes = writes;
    this.asked = asked;
  }

  /**
   * A user's Ingress and what stands beside it.
   *
   * @param name of the canary Ingress
   * @param user empty: it is not there
   * @param there whatever has the canary's name
   * @param named whether the policy names the user's
   */
  private record Pair(
      String name, Optional<Ingress> user, Optional<Ingress> there, boolean named) {}

  /**
   * As the policy names them; then those that it no longer names and that have a canary of ours.
   */
  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (String user : workload.ingresses()) {
      String name = CanaryIngress.name(user);
      Pair pair = new Pair(name, get(user), get(name), true);
      if (pair.user().isPresent() || canary(pair).isPresent()) {
        pairs.add(pair);
      }
    }
    Set<String> named = names();
    for (Ingress ingress : all.in(workload.namespace())) {
      String name = ingress.getMetadata().getName();
      if (!named.contains(name) && CanaryIngress.isOf(ingress, workload)) {
        pairs.add(new Pair(name, Optional.empty(), Optional.of(ingress), false));
      }
    }
    return pairs;
  }

  private Set<String> names() {
    return workload.ingresses().stream().map(CanaryIngress::name).collect(Collectors.toSet());
  }

  private Optional<Ingress> get(String name) {
    return all.get(workload.namespace(), name);
  }

  private Optional<Ingress> canary(Pair pair) {
    return pair.there().filter(ingress -> CanaryIngress.isOf(ingress, workload));
  }

  @Override
  public Optional<RouteState> state() {
    List<Pair> pairs = pairs();
    boolean strays = pairs.stream().anyMatch(pair -> !pair.named());
    return Optional.of(
        new RouteState(
            Agreement.of(pairs.stream().map(this::split).toList(), strays),
            Agreement.version(pairs.stream().map(this::version).toList())));
  }

  private Optional<Split> split(Pair pair) {
    Optional<Split> says = canary(pair).flatMap(CanaryIngress::split);
    boolean beside =
        says.isPresent()
            && pair.user()
                .filter(
                    user ->
                        CanaryIngress.isBeside(
                            canary(pair).orElseThrow(), user, says.get(), workload))
                .isPresent();
    return beside || pair.user().isEmpty() ? says : says.map(Agreement::nobodys);
  }

  private String version(Pair pair) {
    return canary(pair).map(ingress -> ingress.getMetadata().getResourceVersion()).orElse(NONE);
  }

  @Override
  public Outcome write(Split split, String version) {
    Optional<String> unsayable = CanaryRules.unsayable(split.match());
    return unsayable.isPresent()
        ? new Outcome.Refused(unsayable.get())
        : Agreement.each(
            pairs(),
            version,
            (pair, seen) -> pair.named() ? written(pair, split, seen) : deleted(pair, seen));
  }

  @Override
  public Outcome clear(String version) {
    return Agreement.each(pairs(), version, this::deleted);
  }

  private Outcome written(Pair pair, Split split, String seen) {
    Optional<Ingress> canary = canary(pair);
    if (seen.equals(NONE)) {
      return pair.user()
          .map(user -> writes.created(all, CanaryIngress.beside(user, split, workload)))
          .orElseGet(
              () ->
                  new Outcome.Conflict(
                      "The Ingress beside %s is not there.".formatted(pair.name())));
    }
    if (canary.isEmpty()) {
      return new Outcome.Conflict("The Ingress %s is not there.".formatted(pair.name()));
    }
    Ingress wanted =
        pair.user()
            .map(
                user ->
                    CanaryIngress.changed(
                        canary.get(), CanaryIngress.beside(user, split, workload)))
            .orElseGet(() -> CanaryIngress.changed(canary.get(), split));
    return writes.changed(all, canary.get(), wanted, seen);
  }

  private Outcome deleted(Pair pair, String seen) {
    Optional<Ingress> canary = canary(pair);
    if (seen.equals(NONE)) {
      return canary.isEmpty()
          ? new Outcome.Applied()
          : new Outcome.Conflict("The Ingress %s is there by now.".formatted(pair.name()));
    }
    return canary
        .map(
            ingress ->
                writes.deleted(
                    all,
                    ingress.edit().editMetadata().withResourceVersion(seen).endMetadata().build()))
        .orElseGet(
            () -> new Outcome.Conflict("The Ingress %s is not there.".formatted(pair.name())));
  }

  /** Weights, one header and one cookie. */
  @Override
  public Spec.Route abilities() {
    return new Spec.Route(true, false, false);
  }

  @Override
  public List<String> refusals() {
    List<String> why =
        asked.beyond(
            "ingress-nginx keeps users only by a cookie of the whole Ingress, which keeps them on"
                + " stable too",
            _ ->
                Optional.of(
                    "ingress-nginx copies every request or none, by the user's own Ingress, which is"
                        + " not touched. Take mirror away."),
            CanaryRules::unsayable);
    why.addAll(missing());
    workload.ingresses().forEach(name -> get(name).ifPresent(user -> refusals(user, why)));
    return why;
  }

  @Override
  public List<String> missing() {
    return workload.ingresses().stream()
        .filter(name -> get(name).isEmpty())
        .map(
            name ->
                "There is no Ingress %s in %s; the policy names it."
                    .formatted(name, workload.namespace()))
        .toList();
  }

  private void refusals(Ingress user, List<String> why) {
    String name = user.getMetadata().getName();
    List<IngressRule> split =
        CanaryIngress.rules(user)
            .filter(rule -> CanaryIngress.leadsTo(rule, workload.root()))
            .toList();
    if (CanaryIngress.annotations(user).containsKey(CanaryRules.CANARY)) {
      why.add(
          "The Ingress %s is a canary itself; name the one that users come in by.".formatted(name));
    }
    if (split.isEmpty()) {
      why.add(
          "No path of the Ingress %s leads to the Service %s, so there is nothing to split."
              .formatted(name, workload.root()));
    }
    if (user.getSpec().getDefaultBackend() != null
        && CanaryIngress.leadsTo(user.getSpec().getDefaultBackend(), workload.root())) {
      why.add(
          ("The Ingress %s has the Service %s as its default backend, which a canary Ingress does"
                  + " not split: lead to it by rules.")
              .formatted(name, workload.root()));
    }
    if (CanaryIngress.annotations(user).containsKey(CanaryRules.PREFIX + "affinity")) {
      why.add(
          ("The Ingress %s keeps users by a cookie (annotation affinity): who was on one version"
                  + " would stay there whatever the weight, on a way back too. Take it away.")
              .formatted(name));
    }
    get(CanaryIngress.name(name))
        .filter(there -> !CanaryIngress.isOf(there, workload))
        .ifPresent(
            there ->
                why.add(
                    ("There is an Ingress %s already, and it is not this policy's: the canary Ingress"
                            + " has that name. Wait for the other release, or rename it.")
                        .formatted(there.getMetadata().getName())));
    others(split, why);
  }

  /** Of two canary Ingresses for one host the older alone is used. */
  private void others(List<IngressRule> split, List<String> why) {
    Set<String> hosts = split.stream().map(IngressRouter::host).collect(Collectors.toSet());
    Set<String> ours = names();
    for (Ingress other : all.all()) {
      boolean here = other.getMetadata().getNamespace().equals(workload.namespace());
      boolean mine = here && ours.contains(other.getMetadata().getName());
      if (!mine
          && "true".equals(CanaryIngress.annotations(other).get(CanaryRules.CANARY))
          && CanaryIngress.rules(other).map(IngressRouter::host).anyMatch(hosts::contains)) {
        why.add(
            ("The Ingress %s/%s is a canary for the same host, and ingress-nginx uses the older of"
                    + " two alone. Wait until it is gone, or delete it.")
                .formatted(other.getMetadata().getNamespace(), other.getMetadata().getName()));
      }
    }
  }

  private static String host(IngressRule rule) {
    return Objects.requireNonNullElse(rule.getHost(), "");
  }
}
