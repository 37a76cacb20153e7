package dev.sluice.kubernetes.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.RouteState;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Watched;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HTTPRoutes and GRPCRoutes of the Gateway API. One annotation says the split; an admission policy
 * writes the rules.
 *
 * <p>A route that is not there any more keeps nobody from writing to the others: a way back must
 * not wait for it. One that the policy no longer names, and that still has a split of ours, loses
 * it with the next write.
 */
final class GatewayRouter implements Router {
  /** Of a route, by its schema; of a rule, as many as the admission policy copies. */
  private static final int MOST_RULES = 16;

  private static final int MOST_MATCHES = 6;

  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;
  private final Asked asked;
  private final List<Kind<?>> kinds;

  GatewayRouter(Cluster cluster, Workload workload, Writes writes, Asked asked) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
    this.asked = asked;
    this.kinds =
        List.of(
            new Kind<>("HTTPRoute", cluster.httpRoutes(), workload.httpRoutes()),
            new Kind<>("GRPCRoute", cluster.grpcRoutes(), workload.grpcRoutes()));
  }

  /**
   * Routes of one kind.
   *
   * @param all empty where the cluster does not have that kind
   * @param refs those that the policy names
   */
  private record Kind<T extends HasMetadata>(
      String name, Optional<Watched<T>> all, List<RouteRef> refs) {

    /** Those that are there, as the policy names them; then those that it no longer names. */
    List<Carrier<T>> found(Workload workload) {
      if (all.isEmpty()) {
        return List.of();
      }
      List<Carrier<T>> found = new ArrayList<>();
      List<RouteRef> here = refs.stream().filter(workload::isHere).toList();
      for (RouteRef ref : here) {
        all.get()
            .get(workload.namespace(), ref.name())
            .ifPresent(r -> found.add(new Carrier<>(all.get(), r, Optional.of(ref))));
      }
      List<String> named = here.stream().map(RouteRef::name).toList();
      for (T route : all.get().in(workload.namespace())) {
        if (!named.contains(route.getMetadata().getName())
            && Marks.annotation(route, Marks.SPLIT).isPresent()
            && Marks.label(route, Marks.POLICY).filter(workload.policy()::equals).isPresent()) {
          found.add(new Carrier<>(all.get(), route, Optional.empty()));
        }
      }
      return found;
    }
  }

  /**
   * A route that is there.
   *
   * @param ref empty: the policy does not name it any more
   */
  private record Carrier<T extends HasMetadata>(Watched<T> all, T route, Optional<RouteRef> ref) {
    String version() {
      return route.getMetadata().getResourceVersion();
    }

    Map<String, String> marks() {
      return Optional.ofNullable(route.getMetadata().getAnnotations()).orElse(Map.of());
    }

    /** Rules of GRPCRoutes are written by the API server alone: a mark there must not lie. */
    Outcome annotate(Writes writes, String version, Map<String, @Nullable String> marks) {
      return route instanceof GRPCRoute && writes.marking() instanceof Marking.Written
          ? new Outcome.Refused(
              "The GRPCRoute %s is split by the admission policy sluice-split, which is not at work."
                  .formatted(route.getMetadata().getName()))
          : writes.annotate(all, route, version, marks);
    }
  }

  private List<Carrier<?>> found() {
    List<Carrier<?>> found = new ArrayList<>();
    kinds.forEach(kind -> found.addAll(kind.found(workload)));
    return found;
  }

  @Override
  public Optional<RouteState> state() {
    List<Carrier<?>> found = found();
    boolean strays = found.stream().anyMatch(c -> c.ref().isEmpty());
    List<Optional<Split>> splits = found.stream().map(this::split).toList();
    return Optional.of(
        new RouteState(
            Agreement.of(splits, strays),
            Agreement.version(found.stream().map(Carrier::version).toList())));
  }

  /** No release's where it divides other rules, or between others, than the policy names now. */
  private Optional<Split> split(Carrier<?> carrier) {
    return SplitMark.read(carrier.marks())
        .map(
            split ->
                Objects.equals(
                        said(carrier, split).get(Marks.SPLIT), carrier.marks().get(Marks.SPLIT))
                    ? split
                    : Agreement.nobodys(split));
  }

  @Override
  public Outcome write(Split split, String version) {
    Optional<String> unsayable = SplitMark.unsayable(split.match());
    return unsayable.isPresent()
        ? new Outcome.Refused(unsayable.get())
        : Agreement.each(
            found(),
            version,
            (carrier, seen) ->
                carrier.annotate(
                    writes,
                    seen,
                    carrier.ref().isEmpty() ? SplitMark.none() : said(carrier, split)));
  }

  private Map<String, @Nullable String> said(Carrier<?> carrier, Split split) {
    return SplitMark.write(
        split,
        new SplitMark.Between(
            workload.root(),
            workload.candidate(),
            SplitMark.original(carrier.marks())
                .orElseGet(() -> weights(carrier).findFirst().orElse(1)),
            carrier.ref().map(RouteRef::rules).orElse(List.of())));
  }

  @Override
  public Outcome clear(String version) {
    return Agreement.each(
        found(), version, (carrier, seen) -> carrier.annotate(writes, seen, SplitMark.none()));
  }

  /** Weights, headers, cookies and copies. */
  @Override
  public Spec.Route abilities() {
    return new Spec.Route(true, false, true);
  }

  private static Optional<String> unmirrored(Asked.Mirror mirror) {
    if (!mirror.share().equals(Share.ALL)) {
      return Optional.of(
          "a gateway that does not know shares of it copies every request. Write mirror: 100, or"
              + " take it away.");
    }
    return mirror.weight().isNone()
        ? Optional.empty()
        : Optional.of(
            "a gateway would copy what the candidate itself answers, too. Mirror in a stage of"
                + " weight 0, before the others.");
  }

  @Override
  public List<String> refusals() {
    List<String> why =
        asked.beyond(
            "routes of the Gateway API have no portable way to keep a user on one backend (session"
                + " persistence is experimental)",
            GatewayRouter::unmirrored,
            SplitMark::unsayable);
    for (Kind<?> kind : kinds) {
      kind.refs().forEach(ref -> why.addAll(refusals(kind, ref)));
    }
    return why;
  }

  @Override
  public List<String> missing() {
    return kinds.stream()
        .flatMap(kind -> kind.refs().stream().flatMap(ref -> missing(kind, ref).stream()))
        .toList();
  }

  private <T extends HasMetadata> Optional<String> missing(Kind<T> kind, RouteRef ref) {
    return kind.all().flatMap(all -> all.get(workload.namespace(), ref.name())).isPresent()
        ? Optional.empty()
        : Optional.of(
            "There is no %s %s in %s; the policy names it."
                .formatted(kind.name(), ref.name(), workload.namespace()));
  }

  private <T extends HasMetadata> List<String> refusals(Kind<T> kind, RouteRef ref) {
    String what = kind.name() + " " + ref.name();
    if (kind.all().isEmpty()) {
      return List.of(
          ("The policy names the %s, and this cluster does not have that kind: install the CRDs of"
                  + " the Gateway API and a gateway, or release without it.")
              .formatted(what));
    }
    if (!workload.isHere(ref)) {
      return List.of(
          ("The policy names the %s in %s; only routes in the policy's own namespace are split."
                  + " Release by a route that is in %s.")
              .formatted(what, ref.namespace().orElse(""), workload.namespace()));
    }
    return kind.all()
        .get()
        .get(workload.namespace(), ref.name())
        .map(route -> refusals(what, ref, Rule.of(json(route))))
        .orElseGet(() -> missing(kind, ref).stream().toList());
  }

  private List<String> refusals(String what, RouteRef ref, List<Rule> all) {
    List<Rule> users = all.stream().filter(r -> !r.isCopy(workload.candidate())).toList();
    List<String> why = new ArrayList<>();
    for (int chosen : ref.rules()) {
      if (chosen >= users.size()) {
        why.add(
            "The %s has %d rules, counted from 0; the policy chooses rule %d."
                .formatted(what, users.size(), chosen));
      } else if (!isSplit(users.get(chosen))) {
        why.add(
            "Rule %d of the %s does not have the Service %s as its only backend, so it cannot be split."
                .formatted(chosen, what, workload.root()));
      }
    }
    List<Rule> split = chosen(users, ref);
    if (split.isEmpty() && ref.rules().isEmpty()) {
      why.add(
          "No rule of the %s has the Service %s as its only backend, so there is nothing to split."
              .formatted(what, workload.root()));
    }
    if (split.stream().map(r -> r.backends().getFirst().weight()).distinct().count() > 1
        && split.stream().allMatch(r -> r.backends().size() == 1)) {
      why.add(
          ("Rules of the %s give the Service %s different weights. They mean nothing where it is"
                  + " alone, and could not be restored: write the same in all.")
              .formatted(what, workload.root()));
    }
    if (asked.mostMatches() > 0) {
      whitelist(what, users.size(), split, why);
    }
    return why;
  }

  /** The admission policy makes no copy rather than one that locks the user out. */
  private void whitelist(String what, int rules, List<Rule> split, List<String> why) {
    int after = rules + split.size() * asked.mostMatches();
    if (after > MOST_RULES) {
      why.add(
          ("With the whitelist the %s would have %d rules, and a route has at most %d: whitelist by"
                  + " fewer headers and cookies, or choose fewer rules.")
              .formatted(what, after, MOST_RULES));
    }
    if (split.stream().anyMatch(r -> r.matches() > MOST_MATCHES)) {
      why.add(
          ("A rule of the %s has more than %d matches, and would not be copied for the whitelisted:"
                  + " make several rules of it.")
              .formatted(what, MOST_MATCHES));
    }
  }

  private boolean isSplit(Rule rule) {
    return rule.leadsTo(workload.root(), workload.candidate(), workload.namespace());
  }

  private List<Rule> chosen(List<Rule> users, RouteRef ref) {
    return IntStream.range(0, users.size())
        .filter(i -> ref.rules().isEmpty() || ref.rules().contains(i))
        .mapToObj(users::get)
        .filter(this::isSplit)
        .toList();
  }

  /** Of the root, in each rule that will be split, as its user wrote it. */
  private Stream<Integer> weights(Carrier<?> carrier) {
    List<Rule> users =
        Rule.of(json(carrier.route())).stream()
            .filter(r -> !r.isCopy(workload.candidate()))
            .toList();
    return carrier.ref().stream()
        .flatMap(ref -> chosen(users, ref).stream())
        .map(r -> r.backends().getFirst().weight());
  }

  private ObjectNode json(HasMetadata route) {
    return cluster.client().getKubernetesSerialization().convertValue(route, ObjectNode.class);
  }
}
