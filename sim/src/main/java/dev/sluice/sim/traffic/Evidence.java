package dev.sluice.sim.traffic;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Live;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.WayBack;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.evidence.Pins;
import dev.sluice.operator.cluster.Sources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What an operator can know of the users: counters of pods and gateway, which may be silent. */
public final class Evidence implements Sources, EvidenceSource, Live {
  /** After a change of the routing nothing is compared for so long. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  /** What the counters of pods and gateway are like. */
  public interface Counters {
    /** Requests/s of all users. */
    double rate();

    /** Whether none answers. */
    boolean silent();
  }

  private final Cluster cluster;
  private final Workload workload;
  private final Users users;
  private final Counters counters;
  private final InstantSource time;
  private final InstantSource clock;
  private final WayBack wayBack;
  private Instant settled = Instant.MIN;
  private Optional<String> candidate = Optional.empty();

  /**
   * @param counters what they can be read for
   * @param time that passes for the users
   * @param clock of the operator's node
   */
  public Evidence(
      Cluster cluster,
      Workload workload,
      Writes writes,
      Users users,
      Counters counters,
      InstantSource time,
      InstantSource clock) {
    this.cluster = cluster;
    this.workload = workload;
    this.users = users;
    this.counters = counters;
    this.time = time;
    this.clock = clock;
    this.wayBack = new WayBack(cluster, workload, writes, Duration.ofMinutes(2));
  }

  @Override
  public EvidenceSource evidence() {
    return this;
  }

  @Override
  public Live live() {
    return this;
  }

  @Override
  public Reading read(World world) throws IOException {
    if (counters.silent()) {
      throw new IOException("no counter answers");
    }
    Instant now = clock.instant();
    candidate = Pins.of(world, workload.candidate()).candidate();
    Set<String> sets = world.sets().stream().map(PodSet::hash).collect(Collectors.toSet());
    List<Pod> all = new ArrayList<>();
    for (io.fabric8.kubernetes.api.model.Pod pod : cluster.pods().in(workload.namespace())) {
      Optional<String> hash = Marks.label(pod, Marks.HASH).filter(sets::contains);
      if (hash.isPresent()) {
        double[] counts = users.of(pod);
        all.add(
            new Pod(
                pod.getMetadata().getName(),
                hash.get(),
                Duration.between(Instant.parse(pod.getMetadata().getCreationTimestamp()), now),
                Map.of("errors", RawCounters.Reading.rate(counts[0], counts[1]))));
      }
    }
    return new Reading(now, all, Map.of());
  }

  @Override
  public OptionalDouble weightAccuracy() {
    return OptionalDouble.empty();
  }

  @Override
  public Traffic traffic() {
    double share = Math.max(0, share());
    return new Traffic(
        OptionalDouble.of(counters.rate()),
        OptionalDouble.of(counters.rate()),
        OptionalDouble.of(counters.rate() * share));
  }

  @Override
  public Optional<Served> served() {
    double share = share();
    return share < 0
        ? Optional.empty()
        : Optional.of(new Served(Math.max(0, share - 0.003), Math.min(1, share + 0.003)));
  }

  private double share() {
    return candidate.map(hash -> users.share(hash, settled)).orElse(-1.0);
  }

  @Override
  public void routingChanged() {
    settled = time.instant().plus(SETTLE);
  }

  @Override
  public Map<String, CheckResult> checks(String release) {
    return wayBack.results(release, clock.instant());
  }

  @Override
  public void start(String release, String check, String hash) {
    if (CheckSpec.isRehearsal(check)) {
      wayBack.start(release, check, clock.instant());
    }
  }

  @Override
  public void advance(Optional<String> release) {
    wayBack.advance(release, clock.instant());
  }

  @Override
  public void close() {
    wayBack.end();
  }
}
