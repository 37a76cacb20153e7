package dev.sluice.kubernetes.evidence;

import dev.sluice.api.PolicySpec;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.checks.CheckRuns;
import dev.sluice.probes.checks.Checks;
import dev.sluice.probes.checks.HttpCheck;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * A policy's checks, asked of the candidate's pods. Results are kept in memory, by release and
 * name.
 */
public final class PodChecks {
  private final PodSource pods;
  private final PodPages way;
  private final CheckRuns runs;

  public PodChecks(PodSource pods, PodPages way) {
    this.pods = pods;
    this.way = way;
    this.runs = new CheckRuns(new Checks(way.statuses()));
  }

  /**
   * Starts one, unless it runs or has ended.
   *
   * @param hash of the set whose newest ready pod is asked
   */
  public void start(String release, PolicySpec.Check check, String hash) {
    PolicySpec.Http http = check.http();
    runs.start(
        release,
        check.name(),
        new HttpCheck(http.path(), http.expect(), check.timeout()),
        () -> newest(hash).flatMap(pod -> at(pod, http)));
  }

  /** What is known of a release's checks. */
  public Map<String, CheckResult> results(String release) {
    return runs.of(release);
  }

  /** Forgets one, so that it is asked again. */
  public void forget(String release, String name) {
    runs.forget(release, name);
  }

  /** Where the API server does not say which pods there are, there is none to be asked. */
  private Optional<ObservedPod> newest(String hash) {
    try {
      return pods.pods().stream()
          .filter(pod -> pod.ready() && pod.hash().equals(hash))
          .max(Comparator.comparing(ObservedPod::started));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<URI> at(ObservedPod pod, PolicySpec.Http http) {
    Optional<Integer> port =
        http.port().isPresent()
            ? Optional.of(http.port().getAsInt())
            : pod.ports().stream().findFirst();
    return port.flatMap(p -> way.at(pod, p, http.path()));
  }
}
