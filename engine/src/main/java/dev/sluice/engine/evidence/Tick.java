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
 */
public record Tick(
    long seq,
    Duration length,
    String stage,
    Share weight,
    List<PodSample> pods,
    Map<Track, Sample.Rate> edge) {
  public Tick {
    pods = List.copyOf(pods);
    edge = Map.copyOf(edge);
  }
}
