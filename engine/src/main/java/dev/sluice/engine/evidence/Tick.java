package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One look at both tracks over the same stretch of wall-clock time.
 *
 * @param seq grows by one a tick; a tick that is folded twice counts once
 * @param length of the stretch; a longer one than usual is a gap
 * @param stage the stage that the traffic was served in
 * @param weight the share that the data plane served to the candidate
 * @param edge what the gateway counted of each track; empty where no gateway's counters are found
 * @param queried what others counted of whole tracks, by metric: of one stretch of time, the same
 *     for both tracks, and not necessarily the tick's own. A metric that is not here was not asked
 *     for, or there was no answer that can be used
 */
public record Tick(
    long seq,
    Duration length,
    String stage,
    Share weight,
    List<PodSample> pods,
    Map<Track, Sample.Rate> edge,
    Map<String, Map<Track, Sample.Rate>> queried) {
  public Tick {
    pods = List.copyOf(pods);
    edge = Map.copyOf(edge);
    queried = Map.copyOf(queried);
  }

  /** With nothing but what pods and gateway counted. */
  public Tick(
      long seq,
      Duration length,
      String stage,
      Share weight,
      List<PodSample> pods,
      Map<Track, Sample.Rate> edge) {
    this(seq, length, stage, weight, pods, edge, Map.of());
  }
}
