package dev.sluice.cli.judge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Track;
import java.util.List;
import java.util.Map;

/** What one line says. */
sealed interface Line {
  /**
   * The first.
   *
   * @param line the whole object; what is in it has yet to be read
   */
  record Config(ObjectNode line) implements Line {}

  /**
   * Of stable's past.
   *
   * @param t end of the tick, seconds
   */
  record Past(double t, List<PodSample> pods) implements Line {}

  /**
   * One tick.
   *
   * @param t its end, seconds
   * @param weight percent that the candidate was served in it
   * @param edge what a gateway counted of each track; empty where there is none
   */
  record Now(double t, double weight, List<PodSample> pods, Map<Track, Sample.Rate> edge)
      implements Line {}
}
