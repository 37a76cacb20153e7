package dev.sluice.kubernetes.plan;

import dev.sluice.engine.evidence.Deltas;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.evidence.PodEvidence;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How many requests stable answers now, and how many of them badly, by two looks. */
public final class TodaysTraffic {
  private static final String ERRORS = Metric.errors().name();

  /** No pod is called so. */
  private static final String EDGE = "edge/";

  private final PodEvidence evidence;
  private final World world;
  private final Optional<PodSet> stable;

  TodaysTraffic(PodEvidence evidence, World world, Optional<PodSet> stable) {
    this.evidence = evidence;
    this.world = world;
    this.stable = stable;
  }

  /**
   * What was counted between two looks.
   *
   * @param errors share of the answers that were bad, 0..1
   * @param gateway whether a gateway counted, too
   */
  public record Seen(double requestsPerSecond, double errors, boolean gateway) {}

  /**
   * One look at the counters.
   *
   * @param counted by pod, and by metric; the gateway is one of them
   */
  private record Look(Instant at, Map<String, Map<String, RawCounters.Reading>> counted) {}

  /**
   * Looks twice.
   *
   * @param between the looks
   * @throws IOException if no counter can be read, a sentence
   */
  public Seen twice(Duration between) throws IOException, InterruptedException {
    if (stable.isEmpty()) {
      throw new IOException("it is not clear which version serves");
    }
    Look first = look(stable.get());
    Thread.sleep(between);
    Look second = look(stable.get());
    Map<String, Map<String, Sample>> grown =
        Deltas.between(
                new RawCounters(first.counted()), second.counted().keySet(), second.counted())
            .samples();
    double seconds = Duration.between(first.at(), second.at()).toNanos() / 1e9;
    List<Sample.Rate> pods =
        grown.keySet().stream()
            .filter(name -> !name.equals(EDGE))
            .flatMap(name -> rate(grown, name).stream())
            .toList();
    Optional<Sample.Rate> edge = rate(grown, EDGE);
    if (pods.isEmpty() && edge.isEmpty()) {
      throw new IOException("no pod counts its requests in a way that is known");
    }
    double answered = pods.stream().mapToDouble(Sample.Rate::total).sum();
    double bad = pods.stream().mapToDouble(Sample.Rate::bad).sum();
    double each = pods.isEmpty() ? 1 : Math.max(1, (double) stable.get().ready() / pods.size());
    Sample.Rate seen =
        edge.filter(e -> e.total() > 0)
            .map(e -> answered > 0 ? new Sample.Rate(bad / answered * e.total(), e.total()) : e)
            .orElse(new Sample.Rate(bad * each, answered * each));
    return new Seen(
        seen.total() / seconds, seen.total() > 0 ? seen.bad() / seen.total() : 0, edge.isPresent());
  }

  private Look look(PodSet set) throws IOException {
    EvidenceSource.Reading reading = evidence.read(world);
    Map<String, Map<String, RawCounters.Reading>> counted = new HashMap<>();
    for (EvidenceSource.Pod pod : reading.pods()) {
      if (pod.hash().equals(set.hash()) && pod.metrics().containsKey(ERRORS)) {
        counted.put(pod.name(), pod.metrics());
      }
    }
    RawCounters.Reading edge = reading.edge().get(set.hash());
    if (edge != null) {
      counted.put(EDGE, Map.of(ERRORS, edge));
    }
    return new Look(reading.at(), counted);
  }

  private static Optional<Sample.Rate> rate(Map<String, Map<String, Sample>> grown, String name) {
    return grown.getOrDefault(name, Map.of()).get(ERRORS) instanceof Sample.Rate rate
        ? Optional.of(rate)
        : Optional.empty();
  }
}
