package dev.sluice.local.node;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import dev.sluice.probes.checks.Answers;
import dev.sluice.probes.checks.Check;
import dev.sluice.probes.checks.CheckRuns;
import dev.sluice.probes.checks.Checks;
import dev.sluice.probes.checks.HttpCheck;
import dev.sluice.probes.checks.Reach;
import dev.sluice.probes.checks.WebhookCheck;
import dev.sluice.probes.checks.Webhooks;
import dev.sluice.probes.metrics.Scraper;
import dev.sluice.probes.secret.SecretSource;
import dev.sluice.probes.traffic.Rates;
import dev.sluice.probes.traffic.ServedShare;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Keeps objects, pods and routing in step. All of it under one lock: a write has reached the
 * proxy's routing when {@link #apply} returns, and what is observed after it shows it.
 */
final class Node {
  private static final SecretSource NO_SECRETS =
      _ -> {
        throw new SecretSource.Unreadable("a lab has no Secrets", false);
      };

  private final NodeConfig config;
  private final Fleet fleet;
  private final Gateway gateway;
  private final InstantSource clock;
  private final Objects objects;
  private final Checks checks = new Checks(Answers.direct());
  private final Webhooks webhooks;
  private final ServedShare served;
  private final Rates total = new Rates();
  private final Rates candidate = new Rates();
  private final Set<String> leaving = new HashSet<>();
  private Optional<Routes> routes = Optional.empty();
  private Optional<Rehearsal> rehearsal = Optional.empty();

  Node(NodeConfig config, Fleet fleet, Gateway gateway, InstantSource clock) {
    this.config = config;
    this.fleet = fleet;
    this.gateway = gateway;
    this.clock = clock;
    this.webhooks = new Webhooks(Reach.ANYWHERE, NO_SECRETS, clock);
    this.served = new ServedShare(clock.instant());
    this.objects =
        new Objects(
            Template.of(config.template().toString()),
            config.replicas(),
            config.services(),
            config.routed());
  }

  /**
   * @param release whose checks are meant; another's are forgotten. Empty: whoever only looks.
   */
  synchronized World world(Optional<String> release) {
    release.ifPresent(objects::checksOf);
    return world();
  }

  synchronized Outcome apply(Write write, String release) {
    objects.checksOf(release);
    Outcome outcome = objects.apply(write, world());
    if (outcome instanceof Outcome.Applied) {
      reconcile();
      if (write instanceof Write.StartCheck check) {
        start(check.name(), release);
      }
    }
    return outcome;
  }

  synchronized String deploy(String template) {
    Template next = Template.of(template);
    objects.deploy(next);
    reconcile();
    return next.fingerprint();
  }

  synchronized void scale(int replicas) {
    objects.scale(replicas);
    reconcile();
  }

  synchronized void command(Command command) {
    objects.command(command);
  }

  /** Counters of all pods, read at one moment, and the proxy's. */
  EvidenceSource.Reading evidence() {
    Map<String, Scraper.Read> counters = fleet.counters();
    Instant now = clock.instant();
    List<EvidenceSource.Pod> pods = new ArrayList<>();
    for (Fleet.Pod pod : fleet.pods()) {
      Duration age = Duration.between(pod.since(), now);
      Scraper.Read read = counters.getOrDefault(pod.name(), Scraper.Read.missing(""));
      pods.add(
          new EvidenceSource.Pod(
              pod.name(),
              pod.hash(),
              age,
              pod.ready(),
              config.sought().with(read.readings(), pod.restarts(), age),
              read.mixed()));
    }
    Map<String, RawCounters.Reading> edge = new HashMap<>();
    gateway
        .sent()
        .forEach(
            (hash, sent) ->
                edge.put(hash, RawCounters.Reading.rate((double) sent.bad(), (double) sent.all())));
    return new EvidenceSource.Reading(now, pods, edge);
  }

  /** One look at pods and objects, and what follows from it. Called often, and after each write. */
  synchronized void reconcile() {
    List<Fleet.Pod> pods = fleet.pods();
    leaving.retainAll(pods.stream().map(Fleet.Pod::name).toList());
    List<String> victims = new ArrayList<>();
    rehearsal = rehearsal.flatMap(r -> r.look(pods, objects, clock.instant()));
    Map<String, Integer> wanted = new LinkedHashMap<>(objects.wanted());
    rehearsal.filter(Rehearsal::runs).ifPresent(_ -> wanted.put(Rehearsal.SET, 1));
    for (Fleet.Pod pod : pods) {
      if (!wanted.containsKey(pod.hash()) && leaving.add(pod.name())) {
        victims.add(pod.name());
      }
    }
    wanted.forEach(
        (hash, size) -> {
          List<Fleet.Pod> staying =
              pods.stream()
                  .filter(p -> p.hash().equals(hash) && !leaving.contains(p.name()))
                  .sorted(
                      Comparator.comparing(Fleet.Pod::ready)
                          .thenComparing(Fleet.Pod::since, Comparator.reverseOrder()))
                  .toList();
          for (int i = staying.size(); i < size; i++) {
            fleet.start(hash, template(hash));
          }
          for (Fleet.Pod pod : staying.subList(0, Math.max(0, staying.size() - size))) {
            leaving.add(pod.name());
            victims.add(pod.name());
          }
        });
    route(pods);
    // Only now: whoever is to stop has left the routing before.
    victims.forEach(fleet::stop);
    look();
  }

  private Template template(String hash) {
    return hash.equals(Rehearsal.SET)
        ? rehearsal.orElseThrow().stable()
        : objects.template(hash).orElseThrow();
  }

  private void route(List<Fleet.Pod> pods) {
    Routes next =
        objects.routes(
            pods.stream()
                .filter(this::serves)
                .map(p -> new Backend(p.hash(), p.name(), p.port()))
                .toList());
    if (routes.filter(next::equals).isPresent()) {
      return;
    }
    boolean divides = routes.filter(next::dividesLike).isEmpty();
    gateway.route(next);
    routes = Optional.of(next);
    if (divides) {
      Map<String, Gateway.Sent> sent = gateway.sent();
      served.changed(ordinary(sent, candidateHash()), ordinary(sent), clock.instant());
    }
  }

  /** Whose requests are the candidate's; empty text: there is none. */
  private String candidateHash() {
    return objects.candidate().orElse("");
  }

  private void look() {
    Map<String, Gateway.Sent> sent = gateway.sent();
    Instant now = clock.instant();
    total.saw(sent.values().stream().mapToLong(Gateway.Sent::all).sum(), now);
    candidate.saw(sent.getOrDefault(candidateHash(), Gateway.Sent.NONE).all(), now);
  }

  private World world() {
    Map<String, Gateway.Sent> sent = gateway.sent();
    Instant now = clock.instant();
    Optional<Served> share = served.at(ordinary(sent, candidateHash()), ordinary(sent), now);
    OptionalDouble ofCandidate =
        candidateHash().isEmpty() ? OptionalDouble.empty() : candidate.now();
    Traffic traffic = new Traffic(total.now(), total.peak(), ofCandidate);
    return objects.world(seen(), traffic, share);
  }

  private Map<String, Objects.Seen> seen() {
    Map<String, Objects.Seen> seen = new HashMap<>();
    for (Fleet.Pod pod : fleet.pods()) {
      boolean ready = pod.ready() && !leaving.contains(pod.name());
      seen.merge(
          pod.hash(),
          new Objects.Seen(1, ready ? 1 : 0, pod.trouble()),
          (a, b) ->
              new Objects.Seen(
                  a.pods() + b.pods(), a.ready() + b.ready(), a.trouble().or(b::trouble)));
    }
    return seen;
  }

  private static long ordinary(Map<String, Gateway.Sent> sent, String hash) {
    return sent.getOrDefault(hash, Gateway.Sent.NONE).ordinary();
  }

  private static long ordinary(Map<String, Gateway.Sent> sent) {
    return sent.values().stream().mapToLong(Gateway.Sent::ordinary).sum();
  }

  private void start(String name, String release) {
    if (CheckSpec.isRehearsal(name)) {
      Instant now = clock.instant();
      Template stable = objects.serving();
      rehearsal = Optional.of(Rehearsal.begin(release, name, stable, now, config.prepareWithin()));
      return;
    }
    Check check = config.checks().get(name);
    if (check == null) {
      String why = "This lab knows no check of that name; it was started with another policy.";
      objects.checked(release, name, new CheckResult.Failed(why));
      return;
    }
    CheckRuns.Ask ask = ask(check, release);
    Thread.ofVirtual()
        .name("check " + name)
        .start(
            () -> {
              try {
                CheckResult result = ask.result();
                synchronized (this) {
                  objects.checked(release, name, result);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private CheckRuns.Ask ask(Check check, String release) {
    return switch (check) {
      case HttpCheck http ->
          () -> checks.run(http, () -> asked().map(pod -> at(pod).resolve(http.path())));
      case WebhookCheck webhook -> {
        WebhookCheck of = webhook.of(release, asked().map(Fleet.Pod::hash));
        yield () -> webhooks.run(of);
      }
    };
  }

  private static URI at(Fleet.Pod pod) {
    return URI.create("http://127.0.0.1:" + pod.port());
  }

  /** A ready pod of the newest set; before there is a candidate that is stable's. */
  private synchronized Optional<Fleet.Pod> asked() {
    return fleet.pods().stream().filter(this::serves).max(Comparator.comparing(Fleet.Pod::since));
  }

  /** Whether it answers, is not about to stop, and is there to answer users. */
  private boolean serves(Fleet.Pod pod) {
    return pod.ready() && !leaving.contains(pod.name()) && !pod.hash().equals(Rehearsal.SET);
  }
}
