package dev.sluice.cli.lab;

import dev.sluice.api.Words;
import dev.sluice.engine.decide.Phase;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a lab.
 *
 * @param outcomes by version, in the order of their releases; one that has not ended has its phase
 * @param requests that users sent
 * @param failedBySystem lost by routing, scaling, switching or ending pods
 * @param hurt by version: requests that failed because of it
 * @param asExpected whether all ended as the scenario says, and the system lost none
 */
public record Summary(
    String scenario,
    Map<String, Phase> outcomes,
    long requests,
    long failedBySystem,
    Map<String, Long> hurt,
    boolean asExpected) {
  /**
   * A request that a pod was sent and did not answer is the system's failure, unless faults are
   * injected into the pod's version.
   */
  static Summary of(Scenario scenario, Course course, Accounts accounts) {
    long failed = accounts.failedBySystem();
    Map<String, Long> hurt = new LinkedHashMap<>();
    for (Map.Entry<String, Accounts.OfSet> entry : accounts.sets().entrySet()) {
      Accounts.OfSet set = entry.getValue();
      String version = course.version(entry.getKey());
      boolean faulty =
          Optional.ofNullable(scenario.versions().get(version))
              .map(Scenario.Version::faulty)
              .orElse(false);
      failed += faulty ? 0 : set.lost();
      long by = set.bad() + (faulty ? set.lost() : 0);
      if (faulty || by > 0) {
        hurt.merge(version, by, Long::sum);
      }
    }
    Map<String, Phase> outcomes = new LinkedHashMap<>();
    course.releases().values().forEach(j -> outcomes.put(j.version(), j.phase()));
    boolean as =
        failed == 0
            && scenario.expect().entrySet().stream()
                .allMatch(e -> e.getValue() == outcomes.get(e.getKey()));
    return new Summary(course.scenario(), outcomes, accounts.sent(), failed, hurt, as);
  }

  /** The last line that a lab prints. */
  String line() {
    List<String> parts = new ArrayList<>();
    outcomes.forEach((version, phase) -> parts.add(version + " " + Words.of(phase)));
    parts.add("requests " + requests);
    parts.add("failed by the system " + failedBySystem);
    hurt.forEach((version, count) -> parts.add("hurt by " + version + " " + count));
    return scenario + ": " + String.join(", ", parts);
  }
}
