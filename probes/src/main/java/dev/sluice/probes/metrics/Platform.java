package dev.sluice.probes.metrics;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the platform itself asks of a pod: whether it lives and is ready, and for its metrics. It
 * does not count as a request, as far as a path or the label of a user agent tells it.
 */
final class Platform {
  private static final Pattern PATHS =
      Pattern.compile(
          "/(startupz?|livez|liveness|ready|readyz|readiness|healthz?|health/.*|health[-_]?check"
              + "|-/(healthy|ready)|version|metrics|actuator(/.*)?|q/(health|metrics)(/.*)?)"
              + "|grpc\\.(health|reflection)\\..*");

  private static final List<String> LABELS =
      List.of(
          "user_agent", "http_user_agent", "user_agent_original", "user_agent_name", "useragent");

  /** As kubelet, clouds' load balancers, gateways and whoever collects metrics call themselves. */
  private static final Pattern AGENTS =
      Pattern.compile(
          "(?i)(kube-probe|GoogleHC|ELB-HealthChecker|Amazon-Route53-Health-Check-Service"
              + "|GoogleStackdriverMonitoring-UptimeChecks|Edge Health Probe|Load Balancer Agent"
              + "|Envoy/HC|NGINX health-check|Prometheus|vm_promscrape|vmagent|GrafanaAlloy|Alloy"
              + "|OpenTelemetry-Collector|Datadog Agent|Telegraf|"
              + HttpPages.AGENT
              + ")([/ ;(].*)?");

  private Platform() {}

  /** Whether those labels would tell: there is a path, or a user agent. */
  static boolean tells(String path, Map<String, String> labels) {
    return !path.isEmpty() || LABELS.stream().anyMatch(l -> !labels.getOrDefault(l, "").isEmpty());
  }

  /**
   * Whether those requests are the platform's.
   *
   * @param path or its pattern; empty where none is known
   */
  static boolean asks(String path, Map<String, String> labels) {
    return PATHS.matcher(path).matches()
        || LABELS.stream().anyMatch(l -> AGENTS.matcher(labels.getOrDefault(l, "")).matches());
  }
}
