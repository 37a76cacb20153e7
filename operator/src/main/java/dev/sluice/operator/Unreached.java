package dev.sluice.operator;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Deltas;
import dev.sluice.engine.evidence.Quiet;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.model.Track;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Hears the candidate's pods while nobody but the platform reaches them: ready, and no user, no
 * preview and no check before or in between. A stretch counts whose both ends were such.
 */
final class Unreached {
  private final Plan plan;
  private Optional<Still> before = Optional.empty();

  /**
   * The candidate at one reading.
   *
   * @param release whose
   * @param passed checks that are over
   * @param pods that were ready and read
   * @param heard those of them whose stretch had begun before
   */
  private record Still(String release, Set<String> passed, Set<String> pods, Set<String> heard) {}

  Unreached(Plan plan) {
    this.plan = plan;
  }

  /** What is known after one more reading. */
  Quiet heard(
      Saved saved,
      World world,
      EvidenceSource.Reading reading,
      Deltas deltas,
      Duration length,
      Map<Track, Set<String>> mixed) {
    Optional<Still> then = before;
    Optional<Run> run = saved.memory().running().filter(r -> reachedByNobody(r, world));
    if (run.isEmpty()) {
      before = Optional.empty();
      return saved.apart().heard();
    }
    Set<String> passed = passed(world);
    Set<String> pods =
        reading.pods().stream()
            .filter(p -> p.hash().equals(run.get().versions().hash()))
            .filter(p -> p.ready() && !p.metrics().isEmpty())
            .map(EvidenceSource.Pod::name)
            .collect(Collectors.toSet());
    boolean same =
        then.filter(s -> s.release().equals(run.get().id()) && s.passed().equals(passed))
            .isPresent();
    Set<String> heard = new HashSet<>();
    Quiet quiet = saved.apart().heard();
    // Of a candidate without a request there is no series yet that could have a label.
    Set<String> metrics = new TreeSet<>();
    mixed.values().forEach(metrics::addAll);
    if (same) {
      for (String pod : pods) {
        if (then.get().pods().contains(pod)) {
          heard.add(pod);
          boolean again = then.get().heard().contains(pod);
          quiet = quiet.plus(deltas.samples().getOrDefault(pod, Map.of()), metrics, length, again);
        }
      }
    }
    before = Optional.of(new Still(run.get().id(), passed, pods, heard));
    return quiet;
  }

  private boolean reachedByNobody(Run run, World world) {
    String hash = run.versions().hash();
    return !run.undo()
        && !run.retreat().isPresent()
        && (run.phase().beforeTraffic() || inStageForNobody(run))
        && !preview()
        && world.preview().filter(hash::equals).isEmpty()
        && !world.reaches(hash)
        && world.checks().entrySet().stream()
            .filter(check -> !CheckSpec.isRehearsal(check.getKey()))
            .allMatch(check -> check.getValue() instanceof CheckResult.Passed);
  }

  /** A blue-green release without a preview shows its new version to nobody before the flip. */
  private boolean inStageForNobody(Run run) {
    Stage stage = plan.stages().get(run.stage());
    return run.phase() == Phase.SHIFTING
        && run.stage() == 0
        && stage.served().isNone()
        && stage.match().isEmpty()
        && stage.mirror().isNone();
  }

  private boolean preview() {
    return plan.spec().strategy() instanceof Strategy.BlueGreen blueGreen
        && blueGreen.previewService().isPresent();
  }

  private static Set<String> passed(World world) {
    return world.checks().entrySet().stream()
        .filter(check -> check.getValue() instanceof CheckResult.Passed)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
