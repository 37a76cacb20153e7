package dev.sluice.operator.cluster;

import dev.sluice.api.MetricSource;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problem;
import dev.sluice.api.Resolved;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Metric;
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
import dev.sluice.operator.SteadyClock;
import dev.sluice.probes.checks.Reach;
import dev.sluice.probes.gateway.GatewayReader;
import dev.sluice.probes.metrics.Sought;
import dev.sluice.probes.metrics.prometheus.Prometheus;
import dev.sluice.probes.metrics.prometheus.Queries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The pods' own pages, the gateway's, what Prometheus counts, and the checks and rehearsals of one
 * policy.
 */
public final class ClusterSources implements Sources {
  private final Queries queries;
  private final PodEvidence evidence;
  private final PolicyChecks checks;
  private final WayBack wayBack;
  private final InstantSource clock = SteadyClock.SYSTEM;

  private ClusterSources(
      Cluster cluster,
      PodPages way,
      Elsewhere elsewhere,
      Resolved policy,
      Workload workload,
      Writes writes) {
    SetPods pods = new SetPods(cluster, workload);
    this.queries = new Queries(elsewhere.prometheus(), workload.namespace(), asked(policy), clock);
    this.evidence =
        new PodEvidence(
            pods,
            way,
            GatewayReader.of(elsewhere.gateways()),
            queries,
            world -> Pins.of(world, workload.candidate()),
            settings(policy, workload),
            clock);
    this.checks =
        new PolicyChecks(
            cluster,
            workload,
            policy.policy().spec().checks(),
            new PodChecks(pods, way),
            elsewhere.reach(),
            clock);
    this.wayBack = new WayBack(cluster, workload, writes, policy.spec().prepareWithin());
  }

  /**
   * Who else is asked, as this operator was told.
   *
   * @param gateways where gateways say what they sent to each Service; may be empty
   * @param prometheus empty: none
   * @param reach whom the webhooks of policies may be
   */
  public record Elsewhere(List<URI> gateways, Optional<Prometheus> prometheus, Reach reach) {
    public Elsewhere {
      gateways = List.copyOf(gateways);
    }

    /** As an operator may, for whom others write policies. */
    public Elsewhere(List<URI> gateways, Optional<Prometheus> prometheus) {
      this(gateways, prometheus, Reach.NOT_THIS_HOST);
    }

    /** As a process may that its user's own policy is given to. */
    public Elsewhere anywhere() {
      return new Elsewhere(gateways, prometheus, Reach.ANYWHERE);
    }

    /** Gateways alone. */
    public static Elsewhere gateways(List<URI> urls) {
      return new Elsewhere(urls, Optional.empty());
    }
  }

  /** For every policy alike: of what counts requests no policy can name an address. */
  public static Factory reading(Elsewhere elsewhere) {
    return reading(elsewhere, _ -> PodPages.direct());
  }

  /**
   * @param way to the pods
   */
  public static Factory reading(Elsewhere elsewhere, Function<KubernetesClient, PodPages> way) {
    return cluster ->
        new Maker() {
          private final PodPages pages = way.apply(cluster.client());

          @Override
          public List<Problem> lacking(Resolved policy) {
            return ClusterSources.lacking(elsewhere, policy);
          }

          @Override
          public Sources make(Resolved policy, Workload workload, Writes writes) {
            return new ClusterSources(cluster, pages, elsewhere, policy, workload, writes);
          }
        };
  }

  static List<Problem> lacking(Elsewhere elsewhere, Resolved policy) {
    List<Problem> lacking = new ArrayList<>();
    if (elsewhere.prometheus().isEmpty()) {
      lacking.addAll(unasked(policy));
    }
    if (elsewhere.gateways().isEmpty()) {
      lacking.addAll(uncounted(policy));
    }
    return lacking;
  }

  private static List<Problem> unasked(Resolved policy) {
    List<Problem> unasked = new ArrayList<>();
    for (int i = 0; i < policy.metrics().size(); i++) {
      if (policy.metrics().get(i).queries().isPresent()) {
        unasked.add(
            new Problem(
                0,
                "spec.analysis.metrics[" + i + "]",
                "is to be asked of Prometheus, and this operator was not told where that is",
                "start it with --prometheus URL, or count the metric on the pods' own pages"));
      }
    }
    return unasked;
  }

  /** Named, it is relied on; as long as nobody names it, it is welcome where there is one. */
  private static List<Problem> uncounted(Resolved policy) {
    List<Problem> uncounted = new ArrayList<>();
    for (int i = 0; i < policy.metrics().size(); i++) {
      if (policy.metrics().get(i).metric().name().equals(Metric.EDGE_ERRORS)) {
        uncounted.add(
            new Problem(
                0,
                "spec.analysis.metrics[" + i + "]",
                "is counted by the gateway, and this operator was not told where its metrics are",
                "start it with --gateway-metrics URL, or judge by the pods' own metrics"));
      }
    }
    return uncounted;
  }

  private static Map<String, PolicySpec.Prometheus> asked(Resolved policy) {
    Map<String, PolicySpec.Prometheus> asked = new HashMap<>();
    for (MetricSource metric : policy.metrics()) {
      metric.queries().ifPresent(q -> asked.put(metric.metric().name(), q));
    }
    return asked;
  }

  private static PodEvidence.Settings settings(Resolved policy, Workload workload) {
    return new PodEvidence.Settings(
        workload.namespace(),
        policy.policy().spec().analysis().scrape(),
        Sought.by(policy),
        PodEvidence.Settings.SAMPLE,
        workload.route().isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(Judge.WEIGHT_ACCURACY),
        workload.ingresses().isEmpty()
            ? PodEvidence.Settings.SETTLE
            : PodEvidence.Settings.SETTLE_INGRESS,
        !policy.spec().analysis().byTheGatewayAlone());
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
    checks.advance(release);
  }

  @Override
  public void start(String release, String check, String hash) {
    if (CheckSpec.isRehearsal(check)) {
      wayBack.start(release, check, clock.instant());
      return;
    }
    checks.start(release, check, hash);
  }

  @Override
  public void close() {
    queries.close();
    checks.close();
    wayBack.end();
  }
}
