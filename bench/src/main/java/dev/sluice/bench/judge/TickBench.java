package dev.sluice.bench.judge;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Question;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Sieve;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import dev.sluice.operator.SavedJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What a tick of one release costs: twenty pods, four metrics (errors, latency with its two bounds,
 * failed orders, what the gateway counts), folded and judged; and how large the ledger is that is
 * saved after it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TickBench {
  private static final int TICKS = 1000;
  private static final Question NEXT =
      new Question(Optional.of(Share.percent(90)), Duration.ofMinutes(20));

  private static final Set<String> COUNTED = Set.of("errors", "latency");
  private static final Map<Track, Set<String>> MIXED =
      Map.of(Track.CANDIDATE, COUNTED, Track.STABLE, COUNTED);
  private static final Background CHECKS =
      new Background(
          Map.of(
              "errors", new Background.Part(1, 0.25, 0.75),
              "latency", new Background.Part(1, 0.25, 0.75)));

  private final Sieve sieve = new Sieve(analysis());
  private Judge judge = judge(Calibration.none());
  private List<Tick> ticks = List.of();
  private Ledger ledger = judge.empty();
  private int at;

  /** All arguments go unused; the options are those of a short run. */
  public static void main(String[] args) throws IOException, RunnerException {
    var _ =
        new Runner(
                new OptionsBuilder()
                    .include(TickBench.class.getName())
                    .addProfiler(GCProfiler.class)
                    .forks(1)
                    .warmupIterations(5)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(10)
                    .measurementTime(TimeValue.seconds(2))
                    .build())
            .run();
    System.out.printf(
        "The ledger as it is saved, at most, in %d ticks: %d bytes%n", TICKS, largestLedger());
  }

  /** In bytes, over the whole day. */
  static int largestLedger() throws IOException {
    TickBench bench = new TickBench();
    bench.day();
    int largest = 0;
    for (int i = 0; i < TICKS; i++) {
      var _ = bench.tick();
      String json = SavedJson.text(bench.ledger);
      largest = Math.max(largest, json.getBytes(StandardCharsets.UTF_8).length);
    }
    return largest;
  }

  @Setup
  public void day() {
    Shop shop = new Shop(Scenario.good("a day", Service.USUAL).counted(), 1, 1800, 2);
    List<Tick> past = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      past.add(withOrders(Ticks.of(shop.next(0), i)));
    }
    // Nearly all of the traffic needs ten pods of the candidate, and pods that are there stay.
    var _ = shop.next(99);
    List<Tick> served = new ArrayList<>();
    for (int i = 0; i < TICKS; i++) {
      served.add(withOrders(Ticks.of(shop.next(50), i)));
    }
    judge = judge(Calibration.of(past, analysis()));
    ticks = List.copyOf(served);
    ledger = judge.empty();
  }

  @Benchmark
  public Verdict tick() {
    if (at == TICKS) {
      at = 0;
      ledger = judge.empty();
    }
    ledger = ledger.fold(judge, ticks.get(at++));
    return judge.verdict(ledger, NEXT);
  }

  /** The same of a service whose labels do not tell health checks: they are taken out first. */
  @Benchmark
  public Verdict tickWithoutHealthChecks() {
    if (at == TICKS) {
      at = 0;
      ledger = judge.empty();
    }
    ledger = ledger.fold(judge, sieve.users(ticks.get(at++), CHECKS, MIXED));
    return judge.verdict(ledger, NEXT);
  }

  private static Judge judge(Calibration calibration) {
    return new Judge(
        analysis(),
        calibration,
        Duration.ofSeconds(2),
        new Arming(149, 0, 0),
        OptionalDouble.of(Judge.WEIGHT_ACCURACY));
  }

  private static Analysis analysis() {
    return Analysis.defaults()
        .withMetrics(List.of(Metric.errors(), Metric.latency(), orders(), Metric.edgeErrors()));
  }

  private static Metric orders() {
    return new Metric("orders", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty());
  }

  private static Tick withOrders(Tick tick) {
    return new Tick(
        tick.seq(),
        tick.length(),
        tick.stage(),
        tick.weight(),
        tick.pods().stream().map(TickBench::withOrders).toList(),
        tick.edge());
  }

  private static PodSample withOrders(PodSample pod) {
    Map<String, Sample> metrics = new TreeMap<>(pod.metrics());
    metrics.put("orders", new Sample.Rate(pod.age().toSeconds() % 2, 20));
    return new PodSample(
        pod.track(), "order-service-6d5f7c9b4f-x2k" + pod.pod(), pod.age(), metrics);
  }
}
