package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Preset;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.probes.metrics.Findings;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A policy for what runs, and a sentence for everything that it could not find. */
class PolicyDraftTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String WEB =
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
  private static final Service SERVICE =
      YAML.unmarshal(
          """
          apiVersion: v1
          kind: Service
          metadata: { name: web, namespace: shop }
          spec: { selector: { app: web }, ports: [{ port: 80 }] }
          """,
          Service.class);
  private static final Lead ROUTE =
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
  private static final Lead INGRESS = Lead.of(ingress("nginx"), Set.of("nginx"));
  private static final HorizontalPodAutoscaler AUTOSCALER =
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
  private static final PodDisruptionBudget BUDGET =
      YAML.unmarshal(
          """
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: web-pdb, namespace: shop }
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
          """,
          PodDisruptionBudget.class);

  private static final Findings MICROMETER =
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
  private static final GatewaySeen TOLD = new GatewaySeen.Told(2);

  @Test
  void what_has_everything_gets_a_canary_and_no_warning() throws Exception {
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(),
                List.of(BUDGET),
                List.of(),
                List.of()));
    assertThat(draft.notes()).isEmpty();
    PolicySpec spec = read(draft);
    assertThat(spec.services()).containsExactly("web");
    assertThat(spec.route().orElseThrow().gateway().orElseThrow().httpRoutes())
        .extracting(PolicySpec.RouteRef::name)
        .containsExactly("web-route");
    assertThat(spec.strategy().canary().orElseThrow().preset()).contains(Preset.STANDARD);
    assertThat(draft.text())
        .contains("prometheus.io/…: port 9090, path /metrics")
        .contains("PodDisruptionBudget web-pdb is pinned with the Services");
  }

  @Test
  void without_a_route_it_is_blue_green_and_says_so() throws Exception {
    PolicyDraft draft = draft(around(deployment(WEB), List.of()));
    assertThat(read(draft).strategy().blueGreen()).isPresent();
    assertThat(draft.notes())
        .anyMatch(
            n -> n.startsWith("No HTTPRoute, GRPCRoute or Ingress of ingress-nginx leads to"));
    assertThat(draft.notes()).anyMatch(n -> n.startsWith("No PodDisruptionBudget covers the pods"));
    assertThat(draft.notes()).allSatisfy(n -> assertThat(draft.text()).contains("# - " + n));
  }

  @Test
  void ingress_nginx_is_split_and_another_ingress_is_named() throws Exception {
    Lead traefik = Lead.of(ingress("traefik"), Set.of("nginx"));
    PolicyDraft draft = draft(around(deployment(WEB), List.of(INGRESS, traefik)));
    assertThat(read(draft).route().orElseThrow().ingressNginx().orElseThrow().ingresses())
        .extracting(PolicySpec.IngressRef::name)
        .containsExactly("nginx-ingress");
    assertThat(draft.notes())
        .anyMatch(n -> n.startsWith("The Ingress traefik-ingress leads here too"));
  }

  @Test
  void a_port_named_metrics_is_asked_where_no_annotation_says_another() throws Exception {
    String web =
        WEB.replace(
                "annotations: { prometheus.io/scrape: \"true\", prometheus.io/port: \"9090\" }", "")
            .replace(
                "[{ containerPort: 8080 }]",
                "[{ containerPort: 8080 }, { name: metrics, containerPort: 9102 }]");
    PolicyDraft draft =
        draft(
            around(deployment(web), List.of(ROUTE)),
            new MetricsSeen.NotAsked(
                "You may not.",
                Places.of(deployment(web), List.of()).stream()
                    .filter(p -> p.from() == Place.From.NAME)
                    .findFirst()));
    assertThat(read(draft).analysis().scrape().orElseThrow().port()).hasValue(9102);
    assertThat(draft.notes()).contains("You may not.");
  }

  @Test
  void where_metrics_are_not_found_it_says_what_will_be_asked() throws Exception {
    String web =
        WEB.replace(
            "annotations: { prometheus.io/scrape: \"true\", prometheus.io/port: \"9090\" }", "");
    PolicyDraft draft =
        draft(
            around(deployment(web), List.of(ROUTE)),
            new MetricsSeen.NotAsked("You may not.", Optional.empty()));
    assertThat(draft.notes()).anyMatch(n -> n.contains("port 8080, path /metrics will be asked"));
    assertThat(read(draft).analysis().scrape()).isEmpty();
  }

  @Test
  void what_the_page_showed_is_what_is_judged_and_why() throws Exception {
    PolicyDraft draft = draft(around(deployment(WEB), List.of(ROUTE)));
    PolicySpec.Analysis analysis = read(draft).analysis();
    assertThat(analysis.metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("errors", "latency");
    assertThat(analysis.metrics().getLast().slowerThan()).contains(Duration.ofMillis(250));
    assertThat(draft.text())
        .contains("Asked: 3 pods. Requests are named as by Micrometer; about 80 requests/s in all")
        .contains("99.5 % of the requests so far were within 250ms")
        .contains(
            "# - { name: order-failure, bad: 'orders_total{outcome!=\"ok\"}', total: orders_total }")
        .contains("the operator reads 2 pages of a gateway")
        .contains("in the 10m that Standard gives its stage of 1 % at the least")
        .contains("3 pods of the new version must run beside 3 of the old");
    String offered = draft.text().replace("      # - { name: order", "      - { name: order");
    assertThat(Manifest.read(offered)).as("taken up it is right").isInstanceOf(Parsed.Ok.class);
  }

  @Test
  void where_another_page_is_than_the_annotations_say_they_are_to_be_corrected() throws Exception {
    PolicyDraft draft =
        draft(
            around(deployment(WEB), List.of(ROUTE)),
            page(new Place(8080, "/actuator/prometheus", Place.From.GUESS), MICROMETER, 80));
    assertThat(read(draft).analysis().scrape().orElseThrow().path())
        .contains("/actuator/prometheus");
    assertThat(draft.notes())
        .anyMatch(n -> n.contains("say port 9090, path /metrics, where no page is"));
  }

  @Test
  void what_no_histogram_tells_is_not_judged_and_said() throws Exception {
    Findings sums =
        findings(
            """
            # TYPE http_request_duration_seconds histogram
            http_request_duration_seconds_bucket{code="200",le="+Inf"} 7
            http_requests_total{code="200"} 7
            """);
    PolicyDraft draft = draft(around(deployment(WEB), List.of(ROUTE)), page(ANNOTATED, sums, 80));
    assertThat(read(draft).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("errors");
    assertThat(draft.notes()).anyMatch(n -> n.startsWith("Latencies are a native histogram"));
  }

  @Test
  void pods_without_metrics_behind_a_route_are_judged_by_the_gateway_alone() throws Exception {
    MetricsSeen none = new MetricsSeen.None(List.of(new Place(8080, "/metrics", Place.From.GUESS)));
    PolicyDraft told = draft(around(deployment(WEB), List.of(ROUTE)), none);
    assertThat(read(told).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("edge-errors");
    assertThat(told.notes())
        .contains("The pods show no metrics: asked were port 8080, path /metrics.");

    PolicyDraft notTold =
        PolicyDraft.of(
            new Seen(around(deployment(WEB), List.of(ROUTE)), none, new GatewaySeen.NotTold()));
    assertThat(notTold.notes())
        .anyMatch(n -> n.contains("--gateway-metrics URL (chart: gatewayMetrics), the policy is"));
    assertThat(read(notTold).analysis().metrics()).hasSize(1);

    PolicyDraft nobody = draft(around(deployment(WEB), List.of()), none);
    assertThat(nobody.notes()).anyMatch(n -> n.startsWith("Without metrics, and with no route"));
  }

  @Test
  void a_page_that_tells_no_failures_leaves_them_to_the_gateway() throws Exception {
    PolicyDraft draft =
        draft(
            around(deployment(WEB), List.of(ROUTE)),
            page(ANNOTATED, findings("http_request_duration_seconds_count{path=\"/\"} 7\n"), 0));
    assertThat(read(draft).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("edge-errors");
    assertThat(draft.notes()).anyMatch(n -> n.contains("without a status"));
  }

  @Test
  void a_person_who_wants_to_be_asked_gets_stages_that_ask() throws Exception {
    Seen seen = seen(around(deployment(WEB), List.of(ROUTE)));
    PolicyDraft draft =
        PolicyDraft.of(
            new Seen(
                seen.around(),
                seen.metrics(),
                seen.gateway(),
                Optional.empty(),
                Optional.of(true)));
    assertThat(read(draft).strategy().canary().orElseThrow().stages())
        .filteredOn(stage -> stage.approve().isPresent())
        .extracting(PolicySpec.Stage::name)
        .containsExactly("half");
    assertThat(draft.text()).doesNotContain("Nobody was asked");
    assertThat(PolicyDraft.of(seen).text()).contains("# Nobody was asked");
  }

  @Test
  void routes_that_were_not_chosen_are_named() throws Exception {
    Seen seen = seen(around(deployment(WEB), List.of(ROUTE, INGRESS)));
    PolicyDraft draft =
        PolicyDraft.of(
            new Seen(
                seen.around(),
                seen.metrics(),
                seen.gateway(),
                Optional.of(List.of(INGRESS)),
                Optional.of(false)));
    assertThat(read(draft).route().orElseThrow().ingressNginx()).isPresent();
    assertThat(draft.notes())
        .contains("Not to be split, as was chosen: web-route; their users follow at the flip.");
  }

  @Test
  void autoscalers_and_budgets_that_stand_in_the_way_are_named() throws Exception {
    HorizontalPodAutoscaler full =
        new HorizontalPodAutoscalerBuilder(AUTOSCALER)
            .editMetadata()
            .withName("second")
            .endMetadata()
            .editSpec()
            .withMaxReplicas(3)
            .endSpec()
            .build();
    PodDisruptionBudget never =
        new PodDisruptionBudgetBuilder(BUDGET)
            .editMetadata()
            .withName("never")
            .endMetadata()
            .editSpec()
            .withMaxUnavailable(new IntOrString(0))
            .endSpec()
            .build();
    Service lost =
        new ServiceBuilder(SERVICE)
            .editSpec()
            .editFirstPort()
            .withTargetPort(new IntOrString("htpp"))
            .endPort()
            .endSpec()
            .build();
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(lost),
                List.of(ROUTE),
                List.of(AUTOSCALER, full),
                List.of(BUDGET, never),
                List.of(),
                List.of()));
    assertThat(draft.notes())
        .anyMatch(n -> n.startsWith("2 HorizontalPodAutoscalers scale this Deployment"))
        .anyMatch(n -> n.startsWith("HorizontalPodAutoscaler second is at its maximum of 3 pods"))
        .anyMatch(n -> n.startsWith("2 PodDisruptionBudgets cover the same pods (web-pdb, never)"))
        .anyMatch(n -> n.startsWith("PodDisruptionBudget never never allows a pod"))
        .anyMatch(n -> n.startsWith("The Service web sends to the port named htpp"));
    read(draft);
  }

  @Test
  void an_autoscaler_that_multiplies_is_named() throws Exception {
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(AUTOSCALER),
                List.of(BUDGET),
                List.of(),
                List.of("Ingress objects could not be looked at.")));
    assertThat(draft.text()).contains("HorizontalPodAutoscaler web (2 to 10 pods) stays as it is");
    assertThat(draft.notes())
        .satisfiesExactly(
            value -> assertThat(value).contains("has a target of type Value"),
            unseen -> assertThat(unseen).isEqualTo("Ingress objects could not be looked at."));
    read(draft);
  }

  @Test
  void what_would_keep_a_release_from_starting_is_said() throws Exception {
    String web =
        WEB.replace("RollingUpdate", "Recreate")
            .replace("replicas: 3\n  strategy", "replicas: 0\n  strategy")
            .replace("containerPort: 8080", "containerPort: 8080, hostPort: 8080")
            .replace("updatedReplicas: 3", "updatedReplicas: 1")
            .replace(
                "namespace: shop }\nspec",
                "namespace: shop, labels: { sluice.dev/policy: old } }\nspec");
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(web),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(),
                List.of(BUDGET),
                List.of("data"),
                List.of()));
    assertThat(draft.text()).contains("# As it is, no release would start:");
    assertThat(draft.notes())
        .satisfiesExactly(
            recreate -> assertThat(recreate).startsWith("The Deployment's strategy is Recreate"),
            zero -> assertThat(zero).startsWith("The Deployment has 0 replicas"),
            port -> assertThat(port).startsWith("The pods take port 8080 of their node"),
            claim -> assertThat(claim).startsWith("The pods use the volume of the claim data"),
            rolls -> assertThat(rolls).startsWith("A native rollout is still under way"),
            other -> assertThat(other).startsWith("The Deployment is released by the policy old"));
    read(draft);
  }

  @Test
  void what_others_wrote_cannot_break_out_of_a_comment() throws Exception {
    String web = WEB.replace("\"9090\"", "\"9090\\nspec: {}\"");
    read(draft(around(deployment(web), List.of(ROUTE))));
  }

  @Test
  void without_a_service_there_is_nothing_to_be_moved() {
    Surroundings around =
        new Surroundings(
            deployment(WEB), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    assertThatThrownBy(() -> draft(around))
        .isInstanceOfSatisfying(Failed.class, f -> assertThat(f.exit()).isEqualTo(1))
        .hasMessageStartingWith("No Service in shop selects the pods of Deployment web");
  }

  @Test
  void only_deployments_are_released() throws Exception {
    assertThat(InitCommand.name("deployment/web")).isEqualTo("web");
    assertThat(InitCommand.name("deploy/web")).isEqualTo("web");
    assertThatThrownBy(() -> InitCommand.name("statefulset/db"))
        .hasMessage("Sluice releases Deployments, and statefulset/db is none.");
    assertThatThrownBy(() -> InitCommand.name("web"))
        .hasMessage("Say what web is: sluice init deployment/web.");
  }

  private static final Place ANNOTATED = new Place(9090, "/metrics", Place.From.ANNOTATIONS);

  private static PolicyDraft draft(Surroundings around) throws Failed {
    return PolicyDraft.of(seen(around));
  }

  private static PolicyDraft draft(Surroundings around, MetricsSeen metrics) throws Failed {
    return PolicyDraft.of(new Seen(around, metrics, TOLD));
  }

  private static Seen seen(Surroundings around) {
    return new Seen(around, page(ANNOTATED, MICROMETER, 80), TOLD);
  }

  private static MetricsSeen.Page page(Place place, Findings findings, double perSecond) {
    return new MetricsSeen.Page(
        place,
        3,
        findings,
        OptionalDouble.of(perSecond),
        new TreeMap<>(Map.of(0.1, 900.0, 0.25, 995.0, Double.POSITIVE_INFINITY, 1000.0)));
  }

  private static Findings findings(String page) {
    return Findings.of(page).orElseThrow();
  }

  private static Surroundings around(Deployment deployment, List<Lead> leads) {
    return new Surroundings(
        deployment, List.of(SERVICE), leads, List.of(), List.of(), List.of(), List.of());
  }

  private static Deployment deployment(String yaml) {
    return YAML.unmarshal(yaml, Deployment.class);
  }

  private static Ingress ingress(String type) {
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
  private static PolicySpec read(PolicyDraft draft) {
    Parsed<Manifest> parsed = Manifest.read(draft.text());
    assertThat(parsed).as(draft.text()).isInstanceOf(Parsed.Ok.class);
    return ((ReleasePolicy) ((Parsed.Ok<Manifest>) parsed).value().objects().getFirst()).spec();
  }
}
