package dev.sluice.kubernetes.evidence;

import dev.sluice.api.PolicySpec.Scrape;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import dev.sluice.probes.gateway.Backend;
import dev.sluice.probes.gateway.EdgeCounts;
import dev.sluice.probes.gateway.GatewayReader;
import dev.sluice.probes.gateway.Sent;
import dev.sluice.probes.metrics.Scraper;
import dev.sluice.probes.metrics.Sought;
import dev.sluice.probes.metrics.prometheus.Queries;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counters of the pods from their own pages, of the gateway from its, and what Prometheus is asked
 * for; none of them keeps another from being heard. One reads ({@link #read} is not for several
 * threads at once); whoever observes may ask {@link #traffic} and {@link #served} at any time, and
 * says {@link #routingChanged} after a write that changes who is served what.
 *
 * <p>Of a set with many pods a sample is read and listed, the same at each reading; then
 * completions are not compared with weights, for those of the other pods are not known.
 */
public final class PodEvidence implements EvidenceSource {
  private final PodSource pods;
  private final PodPages pages;
  private final Scraper scraper;
  private final GatewayReader gateway;
  private final Queries queries;
  private final Function<World, Pins> pins;
  private final Settings settings;
  private final InstantSource clock;
  private final PodSampling sampling;
  private final Completions completions = new Completions();
  private final TrafficWatch watch;
  private volatile Optional<Instant> changed = Optional.empty();
  private volatile Optional<Served> served = Optional.empty();
  private volatile Traffic traffic = Traffic.unknown();
  private volatile Instant seen = Instant.MIN;
  private volatile Map<String, String> missing = Map.of();
  private volatile boolean comparable;

  /**
   * What a policy says of it.
   *
   * @param namespace of the workload and its Services
   * @param scrape where pods show their metrics, if no annotation says it
   * @param sought what the policy asks of its pods
   * @param sample of each set, pods that are read
   * @param weightAccuracy of the route, 0..1, as {@link EvidenceSource#weightAccuracy} has it;
   *     empty where there is no route with weights
   * @param settle how long the data plane may take to follow a write; what is counted before says
   *     nothing of it
   * @param pages whether pods' pages are read; no: the gateway's counters are all that is asked for
   */
  public record Settings(
      String namespace,
      Optional<Scrape> scrape,
      Sought sought,
      int sample,
      OptionalDouble weightAccuracy,
      Duration settle,
      boolean pages) {
    /** Pods that are read of each set if nobody says otherwise. */
    public static final int SAMPLE = 20;

    /** Gateways that are told of a change follow within milliseconds. */
    public static final Duration SETTLE = Duration.ofSeconds(1);

    /** ingress-nginx joins changes and has followed the last of three after 2.4 s. */
    public static final Duration SETTLE_INGRESS = Duration.ofSeconds(3);

    /** In front of a gateway that is told of a change. */
    public Settings(
        String namespace,
        Optional<Scrape> scrape,
        Sought sought,
        int sample,
        OptionalDouble weightAccuracy) {
      this(namespace, scrape, sought, sample, weightAccuracy, SETTLE, true);
    }
  }

  /**
   * @param gateway may have no pages at all
   * @param queries may have nothing to ask
   * @param pins whom the Services select, by the world that is read in
   */
  public PodEvidence(
      PodSource pods,
      PodPages pages,
      GatewayReader gateway,
      Queries queries,
      Function<World, Pins> pins,
      Settings settings,
      InstantSource clock) {
    this.pods = pods;
    this.pages = pages;
    this.scraper = new Scraper(settings.sought(), pages.pages());
    this.gateway = gateway;
    this.queries = queries;
    this.pins = pins;
    this.settings = settings;
    this.clock = clock;
    this.sampling = new PodSampling(settings.sample());
    this.watch = new TrafficWatch(settings.settle(), clock.instant());
  }

  @Override
  public Reading read(World world) throws IOException {
    Pins now = pins.apply(world);
    CompletableFuture<Void> edge =
        CompletableFuture.runAsync(
            () -> gateway.read(backends(now)), task -> Thread.ofVirtual().start(task));
    List<ObservedPod> all;
    List<ObservedPod> chosen;
    Map<String, Scraper.Read> read;
    Queries.Heard heard;
    try {
      all = pods.pods();
      heard = queries.look(bySet(all));
      chosen = sampling.of(all);
      read = settings.pages() ? scrape(chosen) : Map.of();
    } finally {
      edge.join();
    }
    missing = missing(read);
    Instant at = clock.instant();
    Optional<EdgeCounts> counts = gateway.counts();
    List<Pod> listed = listed(chosen, read, at);
    completions.saw(listed, standsFor(all, chosen));
    comparable = counts.isEmpty() && all.size() == chosen.size();
    look(now, counts, world.route(), at);
    boolean speechless = !listed.isEmpty() && listed.stream().allMatch(PodEvidence::silent);
    String none = none(listed.size());
    if (speechless && counts.isEmpty() && !heard.speaks()) {
      throw new IOException(none);
    }
    List<String> silent = new ArrayList<>(heard.silent());
    if (settings.pages()) {
      silent.addAll(
          speechless
              ? List.of("The counters of the pods cannot be read, " + none + ".")
              : mute(chosen, read));
    }
    return new Reading(
        at,
        listed,
        counts.map(c -> edge(c, now)).orElse(Map.of()),
        heard.counted(),
        silent,
        heard.unknown());
  }

  private String none(int pods) {
    return settings.pages()
        ? "of none of " + pods + " pods; " + first(missing)
        : "of the gateway, which alone is asked; " + first(missing);
  }

  @Override
  public OptionalDouble weightAccuracy() {
    return comparable ? settings.weightAccuracy() : OptionalDouble.empty();
  }

  /** As of the last reading; not known some time after it. */
  public Traffic traffic() {
    return clock.instant().isAfter(seen.plus(TrafficWatch.STALE)) ? Traffic.unknown() : traffic;
  }

  /** The candidate's share since the routing changed; empty: not known yet. */
  public Optional<Served> served() {
    return changed.isPresent() ? Optional.empty() : served;
  }

  /** A weight, a match or a pin was written: what was served before says nothing any more. */
  public synchronized void routingChanged() {
    changed = Optional.of(clock.instant());
  }

  private synchronized Optional<Instant> takeChange() {
    Optional<Instant> taken = changed;
    changed = Optional.empty();
    return taken;
  }

  /** Pods and pages that could not be read the last time, and why. */
  public Map<String, String> missing() {
    return missing;
  }

  private Map<String, Scraper.Read> scrape(List<ObservedPod> chosen) {
    Map<String, URI> where = new HashMap<>();
    Map<String, Scraper.Read> read = new HashMap<>();
    for (ObservedPod pod : chosen) {
      Optional<ScrapeTarget> target = ScrapeTarget.of(pod, settings.scrape());
      Optional<URI> page = target.flatMap(t -> pages.at(pod, t.port(), t.path()));
      page.ifPresent(uri -> where.put(pod.name(), uri));
      if (page.isEmpty()) {
        String why = target.isEmpty() ? "declares no port to read metrics from" : "has no address";
        read.put(pod.name(), Scraper.Read.missing(why));
      }
    }
    read.putAll(scraper.read(where));
    return read;
  }

  /** Of the pods, and of the gateway, whose pages have been read by now. */
  private Map<String, String> missing(Map<String, Scraper.Read> read) {
    Map<String, String> failed = new TreeMap<>(gateway.missing());
    read.forEach(
        (pod, r) -> {
          if (!r.missing().isEmpty()) {
            failed.put(pod, r.missing());
          }
        });
    return Map.copyOf(failed);
  }

  private void look(Pins now, Optional<EdgeCounts> counts, Optional<RouteState> route, Instant at) {
    takeChange().ifPresent(watch::changed);
    String candidate = now.candidate().orElse("");
    if (counts.isPresent()) {
      double attributed = counts.get().bySet().values().stream().mapToDouble(Sent::all).sum();
      watch.saw(
          now.candidate(),
          counts.get().of(candidate).all(),
          attributed,
          counts.get().all().all(),
          TrafficWatch.Exactness.SENT,
          route.flatMap(RouteState::split),
          at);
    } else {
      watch.saw(
          now.candidate(),
          completions.of(candidate),
          completions.all(),
          completions.all(),
          TrafficWatch.Exactness.ANSWERED,
          route.flatMap(RouteState::split),
          at);
    }
    served = watch.served();
    traffic = watch.traffic();
    seen = at;
  }

  private static List<Queries.Pods> bySet(List<ObservedPod> all) {
    Map<String, Map<String, Integer>> sets = new TreeMap<>();
    for (ObservedPod pod : all) {
      sets.computeIfAbsent(pod.hash(), _ -> new HashMap<>()).put(pod.name(), pod.restarts());
    }
    return sets.entrySet().stream().map(e -> new Queries.Pods(e.getKey(), e.getValue())).toList();
  }

  private Map<Backend, String> backends(Pins now) {
    Map<Backend, String> backends = new HashMap<>();
    now.services()
        .forEach((service, hash) -> backends.put(new Backend(settings.namespace(), service), hash));
    return backends;
  }

  /** A set that has a Service is there even before its first request: the judge counts on it. */
  private static Map<String, RawCounters.Reading> edge(EdgeCounts counts, Pins now) {
    Map<String, Sent> sent = new HashMap<>(counts.bySet());
    now.services().values().forEach(hash -> sent.putIfAbsent(hash, Sent.NONE));
    return sent.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e -> RawCounters.Reading.rate(e.getValue().bad(), e.getValue().all())));
  }

  private List<Pod> listed(List<ObservedPod> chosen, Map<String, Scraper.Read> read, Instant at) {
    List<Pod> listed = new ArrayList<>();
    for (ObservedPod pod : chosen) {
      Scraper.Read of = read.getOrDefault(pod.name(), Scraper.Read.missing(""));
      Duration since = Duration.between(pod.started(), at);
      Duration age = since.isNegative() ? Duration.ZERO : since;
      listed.add(
          new Pod(
              pod.name(),
              pod.hash(),
              age,
              pod.ready(),
              settings.sought().with(of.readings(), pod.restarts(), age),
              of.mixed()));
    }
    return listed;
  }

  private static Map<String, Double> standsFor(List<ObservedPod> all, List<ObservedPod> chosen) {
    Map<String, Long> read =
        chosen.stream().collect(Collectors.groupingBy(ObservedPod::hash, Collectors.counting()));
    return all.stream()
        .collect(
            Collectors.groupingBy(
                ObservedPod::hash, Collectors.collectingAndThen(Collectors.toList(), List::size)))
        .entrySet()
        .stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> (double) e.getValue() / read.getOrDefault(e.getKey(), 1L)));
  }

  private static boolean silent(Pod pod) {
    return pod.metrics().isEmpty();
  }

  /** Of each version that serves and of which no pod can be read, why. */
  private static List<String> mute(List<ObservedPod> chosen, Map<String, Scraper.Read> read) {
    Map<String, Map<String, String>> unread = new TreeMap<>();
    Set<String> heard = new HashSet<>();
    for (ObservedPod pod : chosen) {
      Scraper.Read of = read.getOrDefault(pod.name(), Scraper.Read.missing(""));
      if (!of.readings().isEmpty()) {
        heard.add(pod.hash());
      } else if (pod.ready()) {
        unread.computeIfAbsent(pod.hash(), _ -> new TreeMap<>()).put(pod.name(), of.missing());
      }
    }
    unread.keySet().removeAll(heard);
    return unread.entrySet().stream()
        .map(
            set ->
                "The counters of version %s cannot be read, of none of %d pods; %s."
                    .formatted(set.getKey(), set.getValue().size(), first(set.getValue())))
        .toList();
  }

  private static String first(Map<String, String> missing) {
    return missing.entrySet().stream()
        .findFirst()
        .map(e -> "for example " + e.getKey() + ": " + e.getValue())
        .orElse("nobody says why");
  }
}
