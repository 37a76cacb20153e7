package dev.sluice.operator.cluster;

import dev.sluice.api.PolicyCheck;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.kubernetes.CheckSubjects;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.JobChecks;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.evidence.PodChecks;
import dev.sluice.probes.checks.CheckRuns;
import dev.sluice.probes.checks.Reach;
import dev.sluice.probes.checks.Subject;
import dev.sluice.probes.checks.WebhookCheck;
import dev.sluice.probes.checks.Webhooks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checks of one policy. What they came to is remembered by this process alone, so that the next
 * one asks again: pods and webhooks once more, Jobs by looking for the one that there is.
 */
final class PolicyChecks implements AutoCloseable {
  private static final Duration SWEEP_AGAIN = Duration.ofSeconds(30);

  private final Workload workload;
  private final List<PolicyCheck> checks;
  private final CheckSubjects subjects;
  private final PodChecks pods;
  private final JobChecks jobs;
  private final Webhooks webhooks;
  private final InstantSource clock;
  private final CheckRuns runs = new CheckRuns();
  private Optional<Swept> swept = Optional.empty();

  /**
   * Jobs of other releases were taken away.
   *
   * @param until when it is tried again; it is done by then, or was not
   */
  private record Swept(Optional<String> release, Instant until) {}

  PolicyChecks(
      Cluster cluster,
      Workload workload,
      List<PolicyCheck> checks,
      PodChecks pods,
      Reach reach,
      InstantSource clock) {
    this.workload = workload;
    this.checks = List.copyOf(checks);
    this.subjects = new CheckSubjects(cluster, workload);
    this.pods = pods;
    this.jobs = new JobChecks(cluster, workload, clock);
    this.webhooks =
        new Webhooks(reach, new ClusterSecrets(cluster.client(), workload.namespace()), clock);
    this.clock = clock;
  }

  Map<String, CheckResult> results(String release) {
    return runs.of(release);
  }

  void start(String release, String name, String hash) {
    checks.stream()
        .filter(check -> check.name().equals(name))
        .forEach(check -> runs.start(release, name, ask(release, check, hash)));
  }

  private CheckRuns.Ask ask(String release, PolicyCheck check, String hash) {
    if (check.http().isPresent()) {
      return () -> pods.run(check.http().get(), check.timeout(), hash);
    }
    Subject subject = subjects.of(release, check, hash);
    if (check.job().isPresent()) {
      return () -> jobs.run(subject, check.job().get().cronJob(), check.timeout());
    }
    PolicyCheck.Webhook webhook = check.webhook().orElseThrow();
    URI url = URI.create(webhook.url());
    return () -> webhooks.run(new WebhookCheck(url, webhook.hmac(), check.timeout(), subject));
  }

  /**
   * What other releases left goes, once for each release that begins or ends. It is not waited for.
   */
  synchronized void advance(Optional<String> release) {
    boolean now =
        swept
            .filter(s -> s.release().equals(release) && clock.instant().isBefore(s.until()))
            .isEmpty();
    if (now && checks.stream().anyMatch(check -> check.job().isPresent())) {
      swept = Optional.of(new Swept(release, clock.instant().plus(SWEEP_AGAIN)));
      Thread.ofVirtual().name("sweep " + workload).start(() -> sweep(release));
    }
  }

  private void sweep(Optional<String> release) {
    if (jobs.sweep(release)) {
      synchronized (this) {
        swept = swept.map(s -> s.release().equals(release) ? new Swept(release, Instant.MAX) : s);
      }
    }
  }

  @Override
  public void close() {
    runs.close();
  }
}
