package dev.sluice.probes.metrics.prometheus;

import dev.sluice.api.PolicySpec;
import dev.sluice.engine.evidence.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * The metrics of one policy that Prometheus counts. Each is asked for as often as Prometheus itself
 * can know something new, all of its queries at one moment; whoever looks meanwhile is told nothing
 * and waits for nothing: no way back stands behind a slow server. Not for several threads.
 *
 * <p>What is not answered is not asked again before its time. Nothing outlives this process: with
 * the next one the first answer is what the second is compared with.
 */
public final class Queries implements AutoCloseable {
  /** Where a metric does not say how often pods are scraped. */
  public static final Duration EVERY = Duration.ofSeconds(30);

  /** More names than this are no selector any more. */
  static final int PODS = 1000;

  /** Questions to the server at once. */
  private static final int AT_ONCE = 8;

  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("prometheus query").start(task);

  private final Optional<Prometheus> server;
  private final String namespace;
  private final InstantSource clock;
  private final Semaphore few = new Semaphore(AT_ONCE);
  private final Map<String, Asked> metrics = new TreeMap<>();

  /**
   * The pods of one set.
   *
   * @param hash of the set
   * @param restarts of each pod's containers so far, by the pod's name
   */
  public record Pods(String hash, Map<String, Integer> restarts) {
    public Pods {
      restarts = Map.copyOf(restarts);
    }
  }

  /**
   * What came since the last look.
   *
   * @param counted by metric, then by hash; empty while nobody has answered
   * @param silent sentences on metrics whose last answer was of no use
   * @param unknown by hash: sentences on metrics that are not known of that set now, one that has
   *     not been answered yet included
   * @param speaks whether any metric's last answer was of use
   */
  public record Heard(
      Map<String, Map<String, Sample.Rate>> counted,
      List<String> silent,
      Map<String, List<String>> unknown,
      boolean speaks) {
    public Heard {
      counted = Map.copyOf(counted);
      silent = List.copyOf(silent);
      unknown = Map.copyOf(unknown);
    }
  }

  private static final class Asked {
    private final PolicySpec.Prometheus queries;
    private final Map<String, Growth> bySet = new HashMap<>();
    private Instant due = Instant.MIN;
    private Optional<CompletableFuture<Round>> under = Optional.empty();
    private Optional<String> silent = Optional.empty();
    private Set<String> known = Set.of();

    private Asked(PolicySpec.Prometheus queries) {
      this.queries = queries;
    }

    private Duration every() {
      return queries.every().orElse(EVERY);
    }
  }

  /** All answers of one moment. */
  private record Round(Instant at, List<Pods> sets, List<Counted> counted) {}

  /**
   * @param server empty: none is known
   * @param namespace of the pods
   * @param metrics by name
   */
  public Queries(
      Optional<Prometheus> server,
      String namespace,
      Map<String, PolicySpec.Prometheus> metrics,
      InstantSource clock) {
    this.server = server;
    this.namespace = namespace;
    this.clock = clock;
    metrics.forEach((name, queries) -> this.metrics.put(name, new Asked(queries)));
  }

  /** Nothing to ask. */
  public static Queries none() {
    return new Queries(Optional.empty(), "", Map.of(), InstantSource.system());
  }

  /**
   * Takes the answers that have come, and asks what is due.
   *
   * @param sets those that have pods
   */
  public Heard look(List<Pods> sets) {
    Map<String, Map<String, Sample.Rate>> counted = new HashMap<>();
    List<String> silent = new ArrayList<>();
    Map<String, List<String>> unknown = new HashMap<>();
    boolean speaks = false;
    List<Pods> there = sets.stream().filter(set -> !set.restarts().isEmpty()).toList();
    for (Map.Entry<String, Asked> metric : metrics.entrySet()) {
      Asked asked = metric.getValue();
      if (asked.under.filter(CompletableFuture::isDone).isPresent()) {
        Map<String, Sample.Rate> grown = take(metric.getKey(), asked, asked.under.get().join());
        if (!grown.isEmpty()) {
          counted.put(metric.getKey(), grown);
        }
      }
      ask(metric.getKey(), asked, there);
      asked.silent.ifPresent(silent::add);
      speaks |= !asked.known.isEmpty();
      String why =
          asked.silent.orElse("%s: Prometheus has not answered yet.".formatted(metric.getKey()));
      for (Pods set : there) {
        if (!asked.known.contains(set.hash())) {
          unknown.computeIfAbsent(set.hash(), _ -> new ArrayList<>()).add(why);
        }
      }
    }
    return new Heard(counted, silent, unknown, speaks);
  }

  /** Whether no question is open. */
  boolean idle() {
    return metrics.values().stream()
        .allMatch(asked -> asked.under.filter(round -> !round.isDone()).isEmpty());
  }

  private void ask(String name, Asked asked, List<Pods> sets) {
    Instant now = clock.instant();
    if (asked.under.isPresent() || now.isBefore(asked.due) || sets.isEmpty()) {
      return;
    }
    if (server.isEmpty()) {
      asked.silent =
          Optional.of(
              "%s: it is to be asked of Prometheus, and nobody said where that is (--prometheus)."
                  .formatted(name));
      return;
    }
    asked.due = now.plus(asked.every());
    Prometheus prometheus = server.get();
    List<CompletableFuture<Counted>> each =
        sets.stream().map(set -> counted(prometheus, asked.queries, set, now)).toList();
    asked.under =
        Optional.of(
            CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(
                    _ ->
                        new Round(now, sets, each.stream().map(CompletableFuture::join).toList())));
  }

  private CompletableFuture<Counted> counted(
      Prometheus prometheus, PolicySpec.Prometheus queries, Pods set, Instant at) {
    if (set.restarts().size() > PODS) {
      return CompletableFuture.completedFuture(
          new Counted.Unknown("was not asked: more than " + PODS + " pods are too many to name"));
    }
    String podLabel = queries.podLabel().orElse("pod");
    String matchers =
        Matchers.of(
            queries.namespaceLabel().orElse("namespace"),
            namespace,
            podLabel,
            set.restarts().keySet());
    String some = queries.good().isPresent() ? "good" : "bad";
    CompletableFuture<Answer> part = answer(prometheus, queries.some().of(matchers), at);
    CompletableFuture<Answer> total = answer(prometheus, queries.total().of(matchers), at);
    return part.thenCombine(
        total, (b, n) -> Counted.of(some, b, n, podLabel, set.restarts().keySet()));
  }

  private CompletableFuture<Answer> answer(Prometheus prometheus, String query, Instant at) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                few.acquire();
                try {
                  return prometheus.ask(query, at);
                } finally {
                  few.release();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Answer.Unknown("was not asked to the end");
              }
            },
            THREADS)
        .exceptionally(e -> new Answer.Unknown("could not be asked (" + e + ")"));
  }

  private static Map<String, Sample.Rate> take(String name, Asked asked, Round round) {
    asked.under = Optional.empty();
    asked.silent = Optional.empty();
    Set<String> known = new HashSet<>();
    Map<String, Sample.Rate> grown = new HashMap<>();
    for (int i = 0; i < round.sets().size(); i++) {
      Pods set = round.sets().get(i);
      Counted counted = round.counted().get(i);
      asked
          .bySet
          .computeIfAbsent(set.hash(), _ -> new Growth(asked.every()))
          .to(counted, new TreeMap<>(set.restarts()).toString(), round.at())
          .map(rate -> asked.queries.good().isPresent() ? others(rate) : rate)
          .ifPresent(rate -> grown.put(set.hash(), rate));
      if (counted instanceof Counted.Unknown(String why)) {
        asked.silent =
            Optional.of(
                "%s: Prometheus %s; of the pods of %s that says nothing, neither good nor bad."
                    .formatted(name, why, set.hash()));
      } else {
        known.add(set.hash());
      }
    }
    asked.known = known;
    asked.bySet.keySet().retainAll(round.sets().stream().map(Pods::hash).toList());
    return grown;
  }

  /** Bad is all that is not good. */
  private static Sample.Rate others(Sample.Rate good) {
    return new Sample.Rate(good.total() - good.bad(), good.total());
  }

  /** What is still under way is not waited for. */
  @Override
  public void close() {
    metrics.values().forEach(asked -> asked.under.ifPresent(round -> round.cancel(true)));
  }
}
