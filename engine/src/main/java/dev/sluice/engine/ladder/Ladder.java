package dev.sluice.engine.ladder;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The weights that a candidate is to climb, and how it is judged on the way.
 *
 * @param tick the usual length of a tick
 * @param rungs in order, weights never falling, at least one
 * @param top percent that the candidate gets in the bake: 100 less the holdback. At 100 there is no
 *     bake: nothing would be left to compare with
 * @param bake observed time at the top before it gets all
 * @param adaptive whether rungs but the last may be skipped, as far as what it may cost is proven
 * @param completions whether what the pods have answered is compared with the weight: not where
 *     only some of them are listed, or where callers go around the split
 */
public record Ladder(
    Analysis analysis,
    Duration tick,
    List<Rung> rungs,
    double top,
    Duration bake,
    boolean adaptive,
    boolean completions) {
  /** What nobody asks for here: pods are somebody else's. */
  private static final Spec.Route WEIGHTS_ALONE = new Spec.Route(false, false, false);

  public Ladder {
    rungs = List.copyOf(rungs);
  }

  /** Every pod is listed, and all that they answer has come by the split. */
  public Ladder(
      Analysis analysis,
      Duration tick,
      List<Rung> rungs,
      double top,
      Duration bake,
      boolean adaptive) {
    this(analysis, tick, rungs, top, bake, adaptive, true);
  }

  /**
   * A stage.
   *
   * @param name unique
   * @param percent of the traffic that the candidate gets, 0..100
   * @param min least observed time
   * @param max observed time after which absence of harm, rather than proof, is enough
   */
  public record Rung(String name, double percent, Duration min, Duration max) {}

  /** The same as a policy's canary, so that a release's own rules can be asked. */
  Spec spec() {
    List<Stage> stages =
        rungs.stream()
            .map(
                rung ->
                    new Stage(
                        rung.name(),
                        share(rung.percent()),
                        List.of(),
                        rung.min(),
                        rung.max(),
                        Approval.NONE,
                        Share.NONE,
                        Share.NONE))
            .toList();
    return new Spec(
        new Strategy.Canary(stages, bake, Optional.empty(), adaptive),
        List.of(),
        Optional.of(WEIGHTS_ALONE),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Spec.AfterAbort.KEEP,
        analysis,
        Capacity.unknown(),
        List.of(),
        Approvals.ANYBODY,
        false);
  }

  /** To the nearest 0.1 %; a little is never none, and nearly all is never all. */
  static Share share(double percent) {
    int perMille = (int) Math.round(percent * 10);
    int least = percent > 0 ? 1 : 0;
    int most = percent < 100 ? 999 : 1000;
    return new Share(Math.clamp(perMille, least, most));
  }
}
