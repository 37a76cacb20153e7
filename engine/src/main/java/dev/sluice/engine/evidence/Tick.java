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
 * @param doubt of how many of each track's responses it is not sure that users had asked for them:
 *     as many as are estimated, and taken out, to be health checks and scrapes, or may be
 */
public record Tick(
    long seq,
    Duration length,
    String stage,
    Share weight,
    List<PodSample> pods,
    Map<Track, Sample.Rate> edge,
    Map<String, Map<Track, Sample.Rate>> queried,
    Map<Track, Double> doubt) {
  public Tick {
    pods = pods instanceof Sifted ? pods : List.copyOf(pods);
    edge = Map.copyOf(edge);
    queried = Map.copyOf(queried);
    doubt = Map.copyOf(doubt);
  }

  /** With no doubt whose requests they were. */
  public Tick(
      long seq,
      Duration length,
      String stage,
      Share weight,
      List<PodSample> pods,
      Map<Track, Sample.Rate> edge,
      Map<String, Map<Track, Sample.Rate>> queried) {
    this(seq, length, stage, weight, pods, edge, queried, Map.of());
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

  /** The pods with all that they counted, health checks too, where a {@link Sieve} left some. */
  List<PodSample> counted() {
    return Sifted.counted(pods);
  }

  /** How many good requests of a metric {@link #pods} are without. */
  Sifted.LeftOut leftOut(String metric) {
    return Sifted.leftOut(pods, metric);
  }
}
