package dev.sluice.engine.port;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Reads the counters of the pods, and the gateway's where it has some. */
public interface EvidenceSource {
  /**
   * All counters, read within one short stretch of time.
   *
   * @param world says which sets there are
   * @throws IOException if nothing at all can be read; a single pod that does not answer is listed
   *     without metrics instead
   */
  Reading read(World world) throws IOException;

  /**
   * By how much the data plane may miss its weight, 0..1; empty: completions must not be compared
   * with the weight.
   */
  OptionalDouble weightAccuracy();

  /**
   * @param at when it was read
   * @param pods every pod of every set
   * @param edge by the set's hash: bad and all requests that the gateway sent there since it
   *     started; empty where no gateway counts
   * @param queried by metric, then by the set's hash: what others counted of the whole set, between
   *     the two moments at which they were last asked, the same for every set of a metric. Each
   *     stretch of time is in one reading only
   * @param silent sentences on what should have been read and was not
   * @param unknown by the set's hash: sentences on metrics of the policy's that others count and
   *     that are not known of that set now
   */
  record Reading(
      Instant at,
      List<Pod> pods,
      Map<String, RawCounters.Reading> edge,
      Map<String, Map<String, Sample.Rate>> queried,
      List<String> silent,
      Map<String, List<String>> unknown) {
    public Reading {
      pods = List.copyOf(pods);
      edge = Map.copyOf(edge);
      queried = Map.copyOf(queried);
      silent = List.copyOf(silent);
      unknown = Map.copyOf(unknown);
    }

    /** What pods and gateway count, and nothing else. */
    public Reading(Instant at, List<Pod> pods, Map<String, RawCounters.Reading> edge) {
      this(at, pods, edge, Map.of(), List.of(), Map.of());
    }
  }

  /**
   * @param name unique among all pods, also those of the past
   * @param hash of its set
   * @param ready whether it says that it can serve
   * @param metrics counted since the pod started; empty: it did not answer. A metric that has had
   *     no event yet is zero, not missing.
   * @param mixed those of them in which no label tells health checks and scrapes from users'
   *     requests. A pod that has had no request yet shows no label
   */
  record Pod(
      String name,
      String hash,
      Duration age,
      boolean ready,
      Map<String, RawCounters.Reading> metrics,
      Set<String> mixed) {
    public Pod {
      metrics = Map.copyOf(metrics);
      mixed = Set.copyOf(mixed);
    }

    /** One of which it is not known whether it is ready, and in which labels tell everything. */
    public Pod(String name, String hash, Duration age, Map<String, RawCounters.Reading> metrics) {
      this(name, hash, age, false, metrics, Set.of());
    }
  }
}
