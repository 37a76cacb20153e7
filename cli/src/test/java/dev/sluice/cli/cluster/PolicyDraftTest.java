package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Preset;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.cli.Failed;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;
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

  @Test
  void what_has_everything_gets_a_canary_and_no_warning() throws Exception {
    PolicyDraft draft =
        PolicyDraft.of(
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
    PolicyDraft draft = PolicyDraft.of(around(deployment(WEB), List.of()));
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
    PolicyDraft draft = PolicyDraft.of(around(deployment(WEB), List.of(INGRESS, traefik)));
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
    PolicyDraft draft = PolicyDraft.of(around(deployment(web), List.of(ROUTE)));
    assertThat(read(draft).analysis().scrape().orElseThrow().port()).hasValue(9102);
  }

  @Test
  void where_metrics_are_not_found_it_says_what_will_be_asked() throws Exception {
    String web =
        WEB.replace(
            "annotations: { prometheus.io/scrape: \"true\", prometheus.io/port: \"9090\" }", "");
    PolicyDraft draft = PolicyDraft.of(around(deployment(web), List.of(ROUTE)));
    assertThat(draft.notes()).anyMatch(n -> n.contains("port 8080, path /metrics will be asked"));
    assertThat(read(draft).analysis().scrape()).isEmpty();
  }

  @Test
  void an_autoscaler_that_multiplies_is_named() throws Exception {
    PolicyDraft draft =
        PolicyDraft.of(
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
        PolicyDraft.of(
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
    read(PolicyDraft.of(around(deployment(web), List.of(ROUTE))));
  }

  @Test
  void without_a_service_there_is_nothing_to_be_moved() {
    Surroundings around =
        new Surroundings(
            deployment(WEB), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    assertThatThrownBy(() -> PolicyDraft.of(around))
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
