package dev.sluice.cli.init;

import dev.sluice.cli.cluster.Asking;
import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.kubernetes.SetPods;
import dev.sluice.kubernetes.evidence.ObservedPod;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.probes.metrics.Findings;
import dev.sluice.probes.metrics.Pages.Fetched;
import dev.sluice.probes.metrics.Scraper;
import dev.sluice.probes.metrics.Sought;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Looks at the pages of a few ready pods, through the API server and with the rights of whoever
 * asks: first everywhere on one pod, then twice on some where it was. A page has a second and a
 * MiB; there are at most {@link Places#MOST} places and {@link #PODS} pods.
 */
final class PodsAsked {
  static final int PODS = 3;

  /** As pages say it of those that had no status at all. */
  private static final String NO_ANSWER = "did not answer";

  private static final long LISTED = 100;

  /** Long enough for some requests, short enough for whoever waits. */
  private static final Duration APART = Duration.ofSeconds(4);

  private final KubernetesClient client;
  private final Surroundings around;
  private final PodPages way;

  PodsAsked(KubernetesClient client, Surroundings around) {
    this.client = client;
    this.around = around;
    this.way = PodPages.throughApiServer(client);
  }

  /**
   * @param places where to look, the likeliest first
   * @param likely where a page is if nobody can be asked; empty: nobody says so
   */
  MetricsSeen ask(List<Place> places, Optional<Place> likely) throws InterruptedException {
    Optional<String> refused = lacking("get", "proxy");
    if (refused.isPresent()) {
      return new MetricsSeen.NotAsked(refused.get(), likely);
    }
    List<ObservedPod> pods;
    try {
      pods = ready();
    } catch (KubernetesClientException e) {
      return new MetricsSeen.NotAsked(
          "The pods could not be looked at (%s).".formatted(Asking.said(e)), likely);
    }
    if (pods.isEmpty()) {
      return new MetricsSeen.NotAsked(
          "No pod is ready that could be asked for its metrics.", likely);
    }
    Looks looks = everywhere(pods.getFirst(), places);
    List<Found> found = looks.found();
    Optional<Found> best =
        first(found, Findings::judgeable)
            .or(() -> first(found, f -> !f.families().isEmpty()))
            .or(() -> first(found, _ -> true));
    if (best.isPresent()) {
      return twice(pods, best.get());
    }
    return undecided(looks, places)
        .<MetricsSeen>map(why -> new MetricsSeen.NotAsked(why, likely))
        .orElseGet(() -> new MetricsSeen.None(places));
  }

  private record Found(Place place, Findings findings) {}

  /**
   * @param silent places at which nobody answered in time; a page may be there
   */
  private record Looks(List<Found> found, List<Place> silent) {}

  /** A page that is slow is not one that is not there; a guess that is silent says nothing. */
  private static Optional<String> undecided(Looks looks, List<Place> places) {
    Optional<Place> likely =
        looks.silent().stream().filter(place -> place.from() != Place.From.GUESS).findFirst();
    boolean all = !places.isEmpty() && looks.silent().size() == places.size();
    return likely
        .or(() -> all ? Optional.of(places.getFirst()) : Optional.empty())
        .map(
            place ->
                "The pod that was asked for its metrics did not answer in time (%s): run init again."
                    .formatted(place));
  }

  private static Optional<Found> first(List<Found> found, Predicate<Findings> wanted) {
    return found.stream().filter(one -> wanted.test(one.findings())).findFirst();
  }

  /** In a sentence which right is missing; empty: none, as far as the API server says. */
  private Optional<String> lacking(String verb, String subresource) {
    try {
      SelfSubjectAccessReview review =
          client
              .authorization()
              .v1()
              .selfSubjectAccessReview()
              .create(
                  new SelfSubjectAccessReviewBuilder()
                      .withNewSpec()
                      .withNewResourceAttributes()
                      .withNamespace(around.namespace())
                      .withVerb(verb)
                      .withResource("pods")
                      .withSubresource(subresource)
                      .endResourceAttributes()
                      .endSpec()
                      .build());
      return Boolean.FALSE.equals(review.getStatus().getAllowed())
          ? Optional.of(
              "You may not look at the pods' metrics through the API server: ask for the verb %s on pods/%s in %s, and run init again."
                  .formatted(verb, subresource, around.namespace()))
          : Optional.empty();
    } catch (KubernetesClientException e) {
      // Then the pages' own answers have to say it.
      return Optional.empty();
    }
  }

  private List<ObservedPod> ready() {
    return client
        .pods()
        .inNamespace(around.namespace())
        .withLabelSelector(around.deployment().getSpec().getSelector())
        .list(new ListOptionsBuilder().withLimit(LISTED).build())
        .getItems()
        .stream()
        .filter(PodsAsked::serves)
        .limit(PODS)
        .map(pod -> SetPods.observed(pod, ""))
        .toList();
  }

  private static boolean serves(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getStartTime() != null
        && Readiness.isPodReady(pod);
  }

  private Looks everywhere(ObservedPod pod, List<Place> places) {
    Map<Place, Findings> found = new ConcurrentHashMap<>();
    Set<Place> silent = ConcurrentHashMap.newKeySet();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Place place : places) {
        each.execute(
            () -> {
              switch (fetched(pod, place)) {
                case Fetched.Text(String text) ->
                    Findings.of(text).ifPresent(f -> found.put(place, natively(pod, place, f)));
                case Fetched.Protobuf _ -> {
                  // Only what was asked for as text comes here.
                }
                case Fetched.Missing missing -> {
                  if (missing.why().startsWith(NO_ANSWER)) {
                    silent.add(place);
                  }
                }
              }
            });
      }
    }
    return new Looks(
        places.stream()
            .flatMap(
                place ->
                    Optional.ofNullable(found.get(place)).map(f -> new Found(place, f)).stream())
            .toList(),
        places.stream().filter(silent::contains).toList());
  }

  /** Who measures times and hides the buckets is asked in the other format, as the judge will. */
  private Findings natively(ObservedPod pod, Place place, Findings found) {
    Optional<URI> page = way.at(pod, place.port(), place.path());
    if (found.timed() != Findings.Timed.NATIVE || page.isEmpty()) {
      return found;
    }
    try {
      return way.pages().families(page.get()) instanceof Fetched.Protobuf(ByteBuffer families)
          ? found.natively(families)
          : found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return found;
    }
  }

  /** Who is silent gets a second chance: the first request on a connection takes longer. */
  private Fetched fetched(ObservedPod pod, Place place) {
    Fetched fetched = once(pod, place);
    return fetched instanceof Fetched.Missing(String why) && why.startsWith(NO_ANSWER)
        ? once(pod, place)
        : fetched;
  }

  private Fetched once(ObservedPod pod, Place place) {
    Optional<URI> page = way.at(pod, place.port(), place.path());
    try {
      return page.isPresent() ? way.pages().get(page.get()) : new Fetched.Missing("has no address");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Fetched.Missing("was not asked");
    }
  }

  private MetricsSeen twice(List<ObservedPod> pods, Found found) throws InterruptedException {
    Map<String, URI> pages = new HashMap<>();
    for (ObservedPod pod : pods) {
      way.at(pod, found.place().port(), found.place().path())
          .ifPresent(page -> pages.put(pod.name(), page));
    }
    Scraper scraper = new Scraper(Sought.nothing(), way.pages());
    long start = System.nanoTime();
    Map<String, Scraper.Read> before = scraper.read(pages);
    Thread.sleep(APART);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Scraper.Read> after = scraper.read(pages);
    int ready =
        Optional.ofNullable(around.deployment().getStatus())
            .map(s -> s.getReadyReplicas())
            .orElse(pods.size());
    return new MetricsSeen.Page(
        found.place(),
        pods.size(),
        found.findings(),
        perSecond(before, after, seconds, Math.max(ready, pods.size())),
        within(after));
  }

  /** Of all ready pods, as those that were asked have it. */
  static OptionalDouble perSecond(
      Map<String, Scraper.Read> before,
      Map<String, Scraper.Read> after,
      double seconds,
      int ready) {
    double grown = 0;
    int read = 0;
    for (Map.Entry<String, Scraper.Read> pod : after.entrySet()) {
      Reading now = pod.getValue().readings().get("errors");
      Reading then =
          before.getOrDefault(pod.getKey(), Scraper.Read.missing("")).readings().get("errors");
      if (now != null && then != null) {
        double all = now.values().getLast();
        double had = then.values().getLast();
        grown += all < had ? all : all - had;
        read++;
      }
    }
    return read == 0 || seconds <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(grown / seconds * ready / read);
  }

  /** Over the pods whose bounds are the same as the first one's: cumulative counts add up so. */
  static SortedMap<Double, Double> within(Map<String, Scraper.Read> read) {
    List<Reading> histograms = new ArrayList<>();
    read.values()
        .forEach(r -> Optional.ofNullable(r.readings().get("latency")).ifPresent(histograms::add));
    SortedMap<Double, Double> sum = new TreeMap<>();
    for (Reading one : histograms) {
      if (one.bounds().equals(histograms.getFirst().bounds())) {
        for (int i = 0; i < one.values().size(); i++) {
          double bound = i < one.bounds().size() ? one.bounds().get(i) : Double.POSITIVE_INFINITY;
          sum.merge(bound, one.values().get(i), Double::sum);
        }
      }
    }
    return sum;
  }
}
