package dev.sluice.engine.ladder;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.model.Track;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.Workload;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A release in which all is well but for what the ticks say: two versions of one ready pod each, a
 * route that is as the tick was served. The bake plays the part of the time after the flip.
 */
final class OneOfTwo {
  private static final String STABLE = "stable";
  private static final String CANDIDATE = "candidate";
  private static final String OLD = "old";
  private static final String NEW = "new";
  private static final String RELEASE = "judged-1";
  private static final Workload WORKLOAD = new Workload(NEW, 1, true, true, Set.of(), "");
  private static final PodSet OF_STABLE =
      new PodSet(STABLE, OLD, true, true, true, 1, 1, 1, Optional.empty(), "");

  private OneOfTwo() {}

  /** About to enter its first stage. */
  static Memory beginning() {
    Run run =
        new Run(
            RELEASE,
            new Run.Versions(NEW, CANDIDATE, OLD, STABLE),
            false,
            Phase.SHIFTING,
            Instant.EPOCH,
            new Run.Progress(0, false, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    return new Memory("judged", 1, Optional.of(run), Optional.empty(), List.of(), List.of());
  }

  /**
   * @param percent that the candidate was served
   * @param asked percent that it should have been
   * @param pods of the tick
   */
  static World world(Run run, Plan plan, double percent, double asked, List<PodSample> pods) {
    boolean asAsked = confirms(percent, asked);
    boolean flipped = asAsked && run.phase() == Phase.BAKING && run.retreat().isEmpty();
    Share served =
        flipped
            ? Share.ALL
            : asAsked && run.retreat().isEmpty()
                ? plan.stages().get(run.stage()).served()
                : Ladder.share(percent);
    // Without a pod that answers a candidate that was lost is not whole again.
    int ready = run.retreat().isEmpty() || answers(pods) ? 1 : 0;
    return new World(
        WORKLOAD,
        List.of(
            OF_STABLE,
            new PodSet(CANDIDATE, NEW, false, false, false, 1, 1, ready, Optional.empty(), "")),
        List.of(new EntryPoint("judged", Optional.of(flipped ? CANDIDATE : STABLE), "")),
        Optional.of(
            new RouteState(flipped || served.isNone() ? Optional.empty() : split(served), "")),
        Optional.of(CANDIDATE),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        Traffic.unknown(),
        Optional.of(new Served(served.fraction(), served.fraction())));
  }

  private static Optional<Split> split(Share candidate) {
    return Optional.of(new Split(RELEASE, candidate, List.of(), Optional.empty(), Share.NONE));
  }

  /** Weights are as good as equal where data planes cannot tell them apart. */
  private static boolean confirms(double percent, double asked) {
    return (percent > 0) == (asked > 0)
        && (percent < 100) == (asked < 100)
        && Math.abs(percent - asked) <= 100 * Judge.WEIGHT_ACCURACY + 1e-9;
  }

  private static boolean answers(List<PodSample> pods) {
    return pods.stream()
        .anyMatch(pod -> pod.track() == Track.CANDIDATE && !pod.metrics().isEmpty());
  }
}
