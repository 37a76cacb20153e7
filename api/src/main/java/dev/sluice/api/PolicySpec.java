package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.engine.model.Analysis.Arm;
import dev.sluice.engine.model.Analysis.OnInconclusive;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Spec.AfterAbort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a user asks for. Absent fields of a file have got their defaults by the time this exists;
 * what is optional here means something when it is absent.
 *
 * @param services every Service that selects the pods
 * @param route what splits traffic; absent: blue-green flips, a canary goes by replicas
 * @param strategy how the new version takes over
 * @param hold what keeps a new version from running by itself: Admission, the API server's own
 *     policies, or Pause, a Deployment that stays paused; absent: Admission where the API server
 *     can, from Kubernetes 1.36 on
 * @param keepWarm how long the old pods stay after success
 * @param drain how long kept-alive connections may finish once no new request comes
 * @param prepareWithin how long the candidate's pods may take to become ready
 * @param rehearseWayBack whether a fresh pod of stable must become ready before traffic moves, and
 *     again before the flip
 * @param afterAbort whether the Deployment keeps the template that failed, held, or gets stable's
 * @param history how many ended Releases are kept
 * @param analysis how a release is judged
 * @param capacity what pods can carry
 * @param checks what must say yes at which moment
 * @param approvals whose yes counts where a stage asks for one; absent: of anybody who may approve
 * @param receivers who is told of its releases
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicySpec(
    WorkloadRef workloadRef,
    List<String> services,
    Optional<Route> route,
    Strategy strategy,
    Optional<Hold> hold,
    Duration keepWarm,
    Duration drain,
    Duration prepareWithin,
    boolean rehearseWayBack,
    AfterAbort afterAbort,
    int history,
    Analysis analysis,
    Capacity capacity,
    List<PolicyCheck> checks,
    Optional<Approvals> approvals,
    @JsonProperty("notify") List<Notify> receivers) {
  public PolicySpec {
    services = List.copyOf(services);
    checks = List.copyOf(checks);
    receivers = List.copyOf(receivers);
  }

  /** What keeps a new version from running by itself. */
  public enum Hold {
    ADMISSION,
    PAUSE
  }

  /**
   * The workload that is released: a Deployment.
   *
   * @param apiVersion apps/v1
   * @param kind Deployment
   * @param name of the Deployment, in the policy's own namespace
   */
  public record WorkloadRef(String apiVersion, String kind, String name) {}

  /** What splits traffic; exactly one of them. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Route(Optional<Gateway> gateway, Optional<IngressNginx> ingressNginx) {}

  /**
   * Routes of the Gateway API; at least one.
   *
   * @param httpRoutes the HTTPRoutes that name a Service of the policy
   * @param grpcRoutes the GRPCRoutes that do
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Gateway(List<RouteRef> httpRoutes, List<RouteRef> grpcRoutes) {
    public Gateway {
      httpRoutes = List.copyOf(httpRoutes);
      grpcRoutes = List.copyOf(grpcRoutes);
    }
  }

  /**
   * A route.
   *
   * @param name of the route
   * @param namespace absent: the policy's own
   * @param rules positions, from 0, of the rules that are split; empty: each that names the Service
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record RouteRef(String name, Optional<String> namespace, List<Integer> rules) {
    public RouteRef {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Ingresses of ingress-nginx; a canary Ingress stands beside each while traffic is split.
   *
   * @param ingresses those that lead to a Service of the policy
   */
  public record IngressNginx(List<IngressRef> ingresses) {
    public IngressNginx {
      ingresses = List.copyOf(ingresses);
    }
  }

  /**
   * An Ingress in the policy's own namespace.
   *
   * @param name of the Ingress
   */
  public record IngressRef(String name) {}

  /** How the new version takes over; exactly one of them. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Strategy(Optional<Canary> canary, Optional<BlueGreen> blueGreen) {}

  /**
   * Stages of split, then a flip; exactly one of preset and stages.
   *
   * @param preset ready-made stages; Standard where neither is written
   * @param stages of your own, in order
   * @param bake observed time at 100 % with the way back open
   * @param adaptive whether stages that do nothing but raise the weight are skipped, as far as what
   *     it may cost is proven to be inside the budget; the last stage never is
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Canary(
      Optional<Preset> preset,
      List<Stage> stages,
      Duration bake,
      Optional<Affinity> affinity,
      boolean adaptive) {
    public Canary {
      stages = List.copyOf(stages);
    }
  }

  /**
   * One step.
   *
   * @param name unique within the policy
   * @param weight absent: that of the stage before, at first none
   * @param match any of them picks a request for the candidate; empty: as before
   * @param min least observed time; absent: 10 minutes, or {@code max} if that is less
   * @param max observed time after which the absence of harm is enough; absent: four times {@code
   *     min}
   * @param approve when a person must say yes: Before or After entering; absent: nobody is asked
   * @param holdback part of the weight that stays with stable to compare with; absent: none
   * @param mirror share of stable's requests that the candidate gets a copy of; absent: none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Stage(
      String name,
      Optional<Percent> weight,
      List<Match> match,
      Optional<Duration> min,
      Optional<Duration> max,
      Optional<Approval> approve,
      Optional<Percent> holdback,
      Optional<Percent> mirror) {
    public Stage {
      match = List.copyOf(match);
    }
  }

  /**
   * Picks requests: exactly one of header and cookie, and its exact value.
   *
   * @param header name of the header
   * @param cookie name of the cookie
   * @param exact the value
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Match(Optional<String> header, Optional<String> cookie, String exact) {
    /** In the engine's terms. */
    public dev.sluice.engine.model.Match picks() {
      return header
          .<dev.sluice.engine.model.Match>map(
              name -> new dev.sluice.engine.model.Match.Header(name, exact))
          .orElseGet(() -> new dev.sluice.engine.model.Match.Cookie(cookie.orElseThrow(), exact));
    }
  }

  /**
   * Who was with the candidate once stays with it while the release lasts.
   *
   * @param cookie name of the cookie that remembers it
   * @param maxAge how long
   */
  public record Affinity(String cookie, Duration maxAge) {}

  /**
   * A flip after validation.
   *
   * @param previewService a Service of yours that shows the new version before the flip
   * @param validate observed time between a ready preview and the flip
   * @param approve Before or After the flip; absent: nobody is asked
   * @param bake observed time after the flip with the way back open
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record BlueGreen(
      Optional<String> previewService,
      Duration validate,
      Optional<Approval> approve,
      Duration bake) {}

  /**
   * How a release is judged.
   *
   * @param falseAlarm chance of an unjust abort, for the whole release, all metrics and looks
   * @param exposure what the release may cost before it is stopped
   * @param onInconclusive what to do when time is over and the evidence says neither yes nor no
   * @param arm whether the judge may abort on evidence alone: once its false-alarm rate is measured
   *     here, always, or never
   * @param minimum responses that both tracks must have given in a stage before time may pass it
   * @param metrics what is judged; absent: errors and latency
   * @param scrape where pods show their metrics, for those that no annotation says it of; absent:
   *     the first declared port, at /metrics
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Analysis(
      Percent falseAlarm,
      Exposure exposure,
      OnInconclusive onInconclusive,
      Arm arm,
      int minimum,
      List<Metric> metrics,
      Optional<Scrape> scrape) {
    public Analysis {
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * Where a pod shows its metrics; at least one of them.
   *
   * @param port absent: the pod's first declared port
   * @param path absent: /metrics
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Scrape(OptionalInt port, Optional<String> path) {}

  /**
   * What a release may cost its users; exactly one: failures, or seconds of all traffic.
   *
   * @param requests failed requests
   * @param seconds as many failed requests as all traffic of that many seconds
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Exposure(OptionalDouble requests, OptionalDouble seconds) {}

  /**
   * Either a preset, or a name with where its bad (or its good) and all its events are counted
   * (selectors on the pods' own pages, or queries of Prometheus), or the name of a template that
   * says it.
   *
   * @param preset errors, latency, edge-errors, cpu, memory, saturation or restarts, whose series
   *     are known
   * @param template name of a MetricTemplate in the policy's own namespace
   * @param clusterTemplate name of a ClusterMetricTemplate
   * @param name of a metric whose series are written here
   * @param bad which series count its bad events, like orders_total{outcome!="ok"}
   * @param good instead of bad: which series count its good events; all others are bad
   * @param total which series count all its events, the bad ones too
   * @param prometheus instead of bad, good and total: the queries that count them
   * @param slowerThan for latency: what is slower is bad
   * @param quantile for latency: instead of slowerThan, the share of requests that are to be no
   *     slower than the bound, like 99%; it is chosen from the old version's own times
   * @param slo for latency: instead of slowerThan, an objective; what keeps it is no harm
   * @param warmUp for latency, cpu, memory and saturation: younger pods are not compared, for they
   *     are slow, or grow, because they are young; up to 1h, 0s compares from the first request on.
   *     Absent: 1m for latency, 5m for cpu and saturation, 10m for memory
   * @param tolerance above which it is harm
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Metric(
      Optional<MetricPreset> preset,
      Optional<String> template,
      Optional<String> clusterTemplate,
      Optional<String> name,
      Optional<Selector> bad,
      Optional<Selector> good,
      Optional<Selector> total,
      Optional<Prometheus> prometheus,
      Optional<Duration> slowerThan,
      Optional<Percent> quantile,
      Optional<Slo> slo,
      Optional<Duration> warmUp,
      Optional<Tolerance> tolerance) {
    /** As verdicts, status and reports name it. */
    public String label() {
      return name.or(() -> preset.map(MetricPreset::label))
          .or(() -> template)
          .or(() -> clusterTemplate)
          .orElse("");
    }
  }

  /**
   * An objective of latency: a version that keeps it does no harm, however much faster the other
   * is.
   *
   * @param within what is slower is bad
   * @param share of requests that must be no slower
   */
  public record Slo(Duration within, Percent share) {}

  /**
   * Events that Prometheus counts: asked by the operator that was told where it is (--prometheus),
   * once for the pods of each version.
   *
   * @param bad the counters of the bad events, as one sum or one for each pod
   * @param good instead of bad: those of the good events; all others are bad
   * @param total those of all events, the bad ones too
   * @param every how often Prometheus scrapes the pods; it is asked no more often. Absent: 30s
   * @param podLabel the label that holds a pod's name. Absent: pod
   * @param namespaceLabel the label that holds its namespace. Absent: namespace
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Prometheus(
      Optional<Query> bad,
      Optional<Query> good,
      Query total,
      Optional<Duration> every,
      Optional<String> podLabel,
      Optional<String> namespaceLabel) {
    /** By its bad events. */
    public Prometheus(
        Query bad,
        Query total,
        Optional<Duration> every,
        Optional<String> podLabel,
        Optional<String> namespaceLabel) {
      this(Optional.of(bad), Optional.empty(), total, every, podLabel, namespaceLabel);
    }

    /** What is asked besides the total; it is the good events where {@link #good} is there. */
    public Query some() {
      return good.or(() -> bad).orElse(total);
    }
  }

  /**
   * Harm is: candidate above factor × stable + points. Absent: as in the metric's preset.
   *
   * @param factor 1 is as bad as stable
   * @param points share of all requests on top
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Tolerance(OptionalDouble factor, Optional<Percent> points) {}

  /**
   * What pods can carry.
   *
   * @param perPod of one pod; absent: it is learned
   * @param targetUtilisation part of it that may be used
   * @param hotKeyShare share of the traffic that the busiest key may have
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Capacity(Optional<PerPod> perPod, Percent targetUtilisation, Percent hotKeyShare) {}

  /**
   * What one pod can carry.
   *
   * @param requestsPerSecond at full use
   */
  public record PerPod(double requestsPerSecond) {}
}
