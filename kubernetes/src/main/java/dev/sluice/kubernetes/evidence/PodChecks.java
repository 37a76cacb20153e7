package dev.sluice.kubernetes.evidence;

import dev.sluice.api.PolicyCheck;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.checks.Checks;
import dev.sluice.probes.checks.HttpCheck;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** A policy's checks of the candidate's pods. */
public final class PodChecks {
  private final PodSource pods;
  private final PodPages way;
  private final Checks checks;

  public PodChecks(PodSource pods, PodPages way) {
    this.pods = pods;
    this.way = way;
    this.checks = new Checks(way.answers());
  }

  /**
   * Asks, until it is a yes or time is over.
   *
   * @param hash of the set whose newest ready pod is asked
   */
  public CheckResult run(PolicyCheck.Http http, Duration timeout, String hash)
      throws InterruptedException {
    return checks.run(
        HttpCheck.of(http, timeout), () -> newest(hash).flatMap(pod -> at(pod, http)));
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

  private Optional<URI> at(ObservedPod pod, PolicyCheck.Http http) {
    Optional<Integer> port =
        http.port().isPresent()
            ? Optional.of(http.port().getAsInt())
            : pod.ports().stream().findFirst();
    return port.flatMap(p -> way.at(pod, p, http.path()));
  }
}
