package dev.sluice.operator.cluster;

import dev.sluice.api.MetricSource;
import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Resolved;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Live;
import dev.sluice.kubernetes.SetPods;
import dev.sluice.kubernetes.WayBack;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.evidence.Pins;
import dev.sluice.kubernetes.evidence.PodChecks;
import dev.sluice.kubernetes.evidence.PodEvidence;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.probes.gateway.GatewayReader;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The pods' own pages, the gateway's, and the checks and rehearsals of one policy. */
public final class ClusterSources implements Sources {
  /** By how much a gateway may miss a weight, 0..1, if it was not measured: judge.md, 3.9. */
  private static final double WEIGHT_ACCURACY = 0.003;

  private final Resolved policy;
  private final PodEvidence evidence;
  private final PodChecks checks;
  private final WayBack wayBack;
  private final InstantSource clock = InstantSource.system();

  private ClusterSources(
      Cluster cluster, List<URI> gateways, Resolved policy, Workload workload, Writes writes) {
    this.policy = policy;
    SetPods pods = new SetPods(cluster, workload);
    this.evidence =
        new PodEvidence(
            pods,
            PodPages.direct(),
            GatewayReader.of(gateways),
            world -> Pins.of(world, workload.candidate()),
            settings(policy, workload),
            clock);
    this.checks = new PodChecks(pods);
    this.wayBack = new WayBack(cluster, workload, writes, policy.spec().prepareWithin());
  }

  /**
   * @param gateways where gateways say what they sent to each Service; may be empty
   */
  public static Factory reading(List<URI> gateways) {
    List<URI> all = List.copyOf(gateways);
    return cluster ->
        (policy, workload, writes) -> new ClusterSources(cluster, all, policy, workload, writes);
  }

  private static PodEvidence.Settings settings(Resolved policy, Workload workload) {
    Map<String, Selectors> own = new HashMap<>();
    for (MetricSource metric : policy.metrics()) {
      metric.selectors().ifPresent(s -> own.put(metric.metric().name(), s));
    }
    return new PodEvidence.Settings(
        workload.namespace(),
        policy.policy().spec().analysis().scrape(),
        own,
        PodEvidence.Settings.SAMPLE,
        workload.httpRoutes().isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(WEIGHT_ACCURACY));
  }

  @Override
  public EvidenceSource evidence() {
    return evidence;
  }

  @Override
  public Live live() {
    return new Live() {
      @Override
      public Traffic traffic() {
        return evidence.traffic();
      }

      @Override
      public Optional<Served> served() {
        return evidence.served();
      }

      @Override
      public void routingChanged() {
        evidence.routingChanged();
      }
    };
  }

  @Override
  public Map<String, CheckResult> checks(String release) {
    Map<String, CheckResult> all = new HashMap<>(checks.results(release));
    all.putAll(wayBack.results(release, clock.instant()));
    return all;
  }

  @Override
  public void advance(Optional<String> release) {
    wayBack.advance(release, clock.instant());
  }

  @Override
  public void start(String release, String check, String hash) {
    if (CheckSpec.isRehearsal(check)) {
      wayBack.start(release, check, clock.instant());
      return;
    }
    for (PolicySpec.Check one : policy.policy().spec().checks()) {
      if (one.name().equals(check)) {
        checks.start(release, one, hash);
      }
    }
  }

  @Override
  public void close() {
    wayBack.end();
  }
}
