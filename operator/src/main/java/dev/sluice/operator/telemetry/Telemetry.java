package dev.sluice.operator.telemetry;

import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Shown;
import dev.sluice.operator.SteadyClock;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.StateSet;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The operator's own metrics, as docs/operator-metrics.md lists them. Labels have few values, all
 * of them known beforehand, but for the policies' names.
 */
public final class Telemetry {
  private static final String IDLE = "Idle";
  private static final String[] POLICY = {"namespace", "policy"};
  private static final String OUTCOME = "outcome";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Health health = new Health(SteadyClock.SYSTEM);
  private final StateSet phase =
      StateSet.builder()
          .name("sluice_policy_phase")
          .help("Where the policy's release is, or the last one; Idle before the first.")
          .labelNames(POLICY)
          .states(phases())
          .register(registry);
  private final StateSet condition =
      StateSet.builder()
          .name("sluice_policy_condition")
          .help("Whether the release moves, is held or has retreated.")
          .labelNames(POLICY)
          .states(conditions())
          .register(registry);
  private final Gauge weight =
      gauge(
          "sluice_policy_weight_ratio",
          "Share of the ordinary requests that the candidate was last asked to get, 0 to 1.");
  private final Gauge odds =
      gauge(
          "sluice_policy_harm_odds", "Odds that the candidate harms, an e-value: 1 says nothing.");
  private final Gauge hurt =
      gauge(
          "sluice_policy_hurt_requests",
          "Failed requests of this release beyond what stable's rate would have given.");
  private final Gauge armed =
      gauge(
          "sluice_policy_armed",
          "1 if the judge has shown on placebo that it may abort on evidence alone.");
  private final Gauge placebo =
      gauge("sluice_policy_placebo_releases", "Placebo releases that the judge was tried on.");
  private final Gauge alarms =
      gauge("sluice_policy_placebo_alarms", "Alarms among them, all of them false.");
  private final Gauge falseAlarms =
      gauge(
          "sluice_policy_false_alarms_upper_bound_ratio",
          "Share of releases with a false alarm, below this with 95 % confidence, 0 to 1.");
  private final Histogram passes =
      Histogram.builder()
          .name("sluice_loop_pass_duration_seconds")
          .help("How long a policy's loop took from looking until nothing moved any more.")
          .classicOnly()
          .classicUpperBounds(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)
          .register(registry);
  private final Counter decisions =
      Counter.builder()
          .name("sluice_loop_decisions_total")
          .help("Decisions that got an entry of their own.")
          .register(registry);
  private final MeasuredPorts.Counters counters =
      new MeasuredPorts.Counters(
          counter("sluice_loop_observations_total", "Looks at the world.", OUTCOME),
          counter("sluice_loop_saves_total", "Writes of what a loop remembers.", OUTCOME),
          counter("sluice_evidence_reads_total", "Readings of all counters of a policy.", OUTCOME),
          counter("sluice_writes_total", "Writes that the engine asked for.", "kind", OUTCOME));
  private final Counter requests =
      counter(
          "sluice_api_requests_total",
          "Requests to the API server that were answered, or not: code none.",
          "verb",
          "resource",
          "code");
  private final Counter notifications =
      counter(
          "sluice_notifications_total",
          "Notifications of releases, by the receiver's kind and what became of them.",
          "kind",
          "result");
  private final Gauge leader =
      Gauge.builder()
          .name("sluice_leader")
          .help("1 if this process has the lease.")
          .register(registry);

  public Telemetry() {
    JvmMetrics.builder().register(registry);
    counters.begin();
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).labelNames(POLICY).register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private static String[] phases() {
    List<String> all = new ArrayList<>(List.of(IDLE));
    Arrays.stream(Phase.values()).map(Words::of).forEach(all::add);
    return all.toArray(String[]::new);
  }

  private static String[] conditions() {
    return Arrays.stream(Condition.values()).map(Words::of).toArray(String[]::new);
  }

  public Health health() {
    return health;
  }

  /** Whether this process has the lease. */
  public void leads(boolean now) {
    leader.set(now ? 1 : 0);
  }

  /**
   * What became of a notification.
   *
   * @param kind of the receiver
   */
  public void notified(String kind, String result) {
    notifications.labelValues(kind, result).inc();
  }

  /** The same ports, counted. */
  public ControlLoop.Ports measured(ControlLoop.Ports ports) {
    return MeasuredPorts.of(ports, counters);
  }

  /** Hears of one policy's loop. */
  public Listener of(String namespace, String policy) {
    String loop = namespace + "/" + policy;
    shown(namespace, policy, false, Arming.none());
    return new Listener() {
      private Optional<Shown> said = Optional.empty();

      @Override
      public void decided(Decided entry) {
        decisions.inc();
        weight.labelValues(namespace, policy).set(entry.weight().perMille() / 1000.0);
        stands(entry.phase(), entry.condition(), entry.odds(), entry.hurt());
      }

      @Override
      public void looked(Look look) {
        stands(
            look.saved().memory().run().map(Run::phase),
            look.saved().condition(),
            look.verdict().odds(),
            look.verdict().hurt());
        Shown judge = look.saved().shown();
        if (!said.equals(Optional.of(judge))) {
          shown(namespace, policy, judge.armed(), judge.arming());
          said = Optional.of(judge);
        }
        if (look.saved().memory().running().isEmpty()) {
          weight.labelValues(namespace, policy).set(0);
        }
      }

      @Override
      public void passed(Duration took) {
        passes.observe(took.toNanos() / 1e9);
        health.passed(loop);
      }

      private void stands(Optional<Phase> in, Condition how, double harm, double failed) {
        only(phase, phases(), in.map(Words::of).orElse(IDLE));
        only(condition, conditions(), Words.of(how));
        odds.labelValues(namespace, policy).set(harm);
        hurt.labelValues(namespace, policy).set(failed);
      }

      private void only(StateSet set, String[] states, String now) {
        for (String state : states) {
          if (state.equals(now)) {
            set.labelValues(namespace, policy).setTrue(state);
          } else {
            set.labelValues(namespace, policy).setFalse(state);
          }
        }
      }
    };
  }

  private void shown(String namespace, String policy, boolean is, Arming arming) {
    armed.labelValues(namespace, policy).set(is ? 1 : 0);
    placebo.labelValues(namespace, policy).set(arming.slots());
    alarms.labelValues(namespace, policy).set(arming.alarms());
    falseAlarms.labelValues(namespace, policy).set(arming.upperBound());
  }

  /** That policy is not followed any more. */
  public void forget(String namespace, String policy) {
    phase.remove(namespace, policy);
    condition.remove(namespace, policy);
    weight.remove(namespace, policy);
    odds.remove(namespace, policy);
    hurt.remove(namespace, policy);
    armed.remove(namespace, policy);
    placebo.remove(namespace, policy);
    alarms.remove(namespace, policy);
    falseAlarms.remove(namespace, policy);
    health.ended(namespace + "/" + policy);
  }

  /** Counts what a client asks of its API server. */
  public Interceptor requests() {
    return new Interceptor() {
      @Override
      public void after(
          HttpRequest request,
          HttpResponse<?> response,
          AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        count(request, String.valueOf(response.code()));
      }

      @Override
      public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        count(request, "none");
      }

      private void count(HttpRequest request, String code) {
        ApiRequest asked = ApiRequest.of(request.method(), request.uri());
        requests.labelValues(asked.verb(), asked.resource(), code).inc();
      }
    };
  }

  /** All of them in Prometheus' text format. */
  public void write(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }

  /** The content type of {@link #write}. */
  public String contentType() {
    return PrometheusTextFormatWriter.create().getContentType();
  }
}
