package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.probes.metrics.Findings;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** A small service and what may stand around it. */
final class Drafts {
  static final KubernetesSerialization YAML = new KubernetesSerialization();
  static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web, namespace: shop }
      spec:
        replicas: 3
        strategy: { type: RollingUpdate }
        selector: { matchLabels: { app: web } }
        template:
          metadata:
            labels: { app: web }
            annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9090" }
          spec:
            containers: [{ name: app, image: "shop/web:v1", ports: [{ containerPort: 8080 }] }]
      status: { replicas: 3, updatedReplicas: 3 }
      """;
  static final Service SERVICE =
      YAML.unmarshal(
          """
          apiVersion: v1
          kind: Service
          metadata: { name: web, namespace: shop }
          spec: { selector: { app: web }, ports: [{ port: 80 }] }
          """,
          Service.class);
  static final Lead ROUTE =
      Lead.of(
          YAML.unmarshal(
              """
              apiVersion: gateway.networking.k8s.io/v1
              kind: HTTPRoute
              metadata: { name: web-route, namespace: shop }
              spec:
                rules:
                  - { backendRefs: [{ name: web, port: 80 }] }
                  - { backendRefs: [{ name: web, port: 80 }, { name: other, port: 80 }] }
              """,
              HTTPRoute.class));
  static final Lead INGRESS = Lead.of(ingress("nginx"), Set.of("nginx"));
  static final HorizontalPodAutoscaler AUTOSCALER =
      YAML.unmarshal(
          """
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: web, namespace: shop }
          spec:
            minReplicas: 2
            maxReplicas: 10
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
            metrics:
              - type: External
                external: { metric: { name: lag }, target: { type: Value, value: "10" } }
          """,
          HorizontalPodAutoscaler.class);
  static final PodDisruptionBudget BUDGET =
      YAML.unmarshal(
          """
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: web-pdb, namespace: shop }
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
          """,
          PodDisruptionBudget.class);

  static final Findings MICROMETER =
      findings(
          """
          # TYPE http_server_requests_seconds histogram
          http_server_requests_seconds_bucket{status="200",uri="/orders",le="0.1"} 900
          http_server_requests_seconds_bucket{status="200",uri="/orders",le="0.25"} 995
          http_server_requests_seconds_bucket{status="200",uri="/orders",le="+Inf"} 1000
          http_server_requests_seconds_count{status="200",uri="/orders"} 1000
          orders_total{outcome="ok"} 95
          orders_total{outcome="failed"} 3
          """);
  static final GatewaySeen TOLD = new GatewaySeen.Told(2);

  static final Place ANNOTATED = new Place(9090, "/metrics", Place.From.ANNOTATIONS);

  static PolicyDraft draft(Surroundings around) throws Failed {
    return PolicyDraft.of(seen(around));
  }

  static PolicyDraft draft(Surroundings around, MetricsSeen metrics) throws Failed {
    return PolicyDraft.of(new Seen(around, metrics, TOLD));
  }

  static Seen seen(Surroundings around) {
    return new Seen(around, page(ANNOTATED, MICROMETER, 80), TOLD);
  }

  static MetricsSeen.Page page(Place place, Findings findings, double perSecond) {
    return new MetricsSeen.Page(
        place,
        3,
        findings,
        OptionalDouble.of(perSecond),
        new TreeMap<>(Map.of(0.1, 900.0, 0.25, 995.0, Double.POSITIVE_INFINITY, 1000.0)));
  }

  static Findings findings(String page) {
    return Findings.of(page).orElseThrow();
  }

  static Surroundings around(Deployment deployment, List<Lead> leads) {
    return new Surroundings(
        deployment, List.of(SERVICE), leads, List.of(), List.of(), List.of(), List.of());
  }

  static Deployment deployment(String yaml) {
    return YAML.unmarshal(yaml, Deployment.class);
  }

  static Ingress ingress(String type) {
    return YAML.unmarshal(
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: %s-ingress, namespace: shop }
        spec:
          ingressClassName: %s
          rules:
            - http:
                paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }]
        """
            .formatted(type, type),
        Ingress.class);
  }

  /** As the readers of a policy take it: without a mistake. */
  static PolicySpec read(PolicyDraft draft) {
    Parsed<Manifest> parsed = Manifest.read(draft.text());
    assertThat(parsed).as(draft.text()).isInstanceOf(Parsed.Ok.class);
    return ((ReleasePolicy) ((Parsed.Ok<Manifest>) parsed).value().objects().getFirst()).spec();
  }

  private Drafts() {}
}
