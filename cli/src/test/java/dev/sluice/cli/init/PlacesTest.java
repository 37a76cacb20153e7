package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.cli.init.Place.From;
import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.probes.metrics.Scraper.Read;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where pods may show their metrics, and how much they say flows. */
class PlacesTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String WEB =
      """
      metadata: { name: web, namespace: shop }
      spec:
        template:
          metadata: { labels: { app: web } }
          spec:
            containers:
              - name: app
                ports: [{ name: http, containerPort: 8080 }, { name: management, containerPort: 9001 }]
      """;

  @Test
  void annotations_come_first_then_names_then_monitors_then_guesses() {
    String annotated =
        WEB.replace(
            "metadata: { labels: { app: web } }",
            "metadata: { labels: { app: web }, annotations: { prometheus.io/port: \"9\", prometheus.io/path: stats } }");
    List<Place> places =
        Places.of(deployment(annotated), List.of(new Place(7, "/m", From.MONITOR)));
    assertThat(places)
        .startsWith(
            new Place(9, "/stats", From.ANNOTATIONS),
            new Place(9001, "/metrics", From.NAME),
            new Place(9001, "/actuator/prometheus", From.NAME))
        .containsSubsequence(
            new Place(7, "/m", From.MONITOR), new Place(8080, "/metrics", From.GUESS))
        .hasSizeLessThanOrEqualTo(Places.MOST);
  }

  @Test
  void what_no_request_can_ask_for_is_not_asked() {
    String wrong =
        WEB.replace(
            "metadata: { labels: { app: web } }",
            "metadata: { labels: { app: web }, annotations: { prometheus.io/port: \"70000\", prometheus.io/path: \"/a b\" } }");
    assertThat(Places.annotated(deployment(wrong))).isEmpty();
    assertThat(
            Places.of(
                deployment("spec: { template: { metadata: {}, spec: { containers: [{}] } } }"),
                List.of()))
        .isEmpty();
  }

  @Test
  void however_many_ports_there_are_few_places_are_asked() {
    StringBuilder ports = new StringBuilder();
    for (int i = 1; i <= 50; i++) {
      ports.append("{ containerPort: ").append(i).append(" },");
    }
    String many = WEB.replaceFirst("ports: .*", "ports: [" + ports + "]");
    assertThat(Places.of(deployment(many), List.of())).hasSize(Places.MOST);
  }

  @Test
  void monitors_say_it_by_ports_of_the_service_or_of_the_pod() {
    Service service =
        YAML.unmarshal(
            """
            apiVersion: v1
            kind: Service
            metadata: { name: web, labels: { team: a } }
            spec: { ports: [{ name: web, port: 80, targetPort: http }, { name: ops, port: 81, targetPort: 9001 }] }
            """,
            Service.class);
    Surroundings around =
        new Surroundings(
            deployment(WEB),
            List.of(service),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    GenericKubernetesResource byService =
        monitor(
            "{ selector: { matchLabels: { team: a } }, endpoints: [{ port: ops, path: /prom }, { port: web }, { port: ops, scheme: https, path: /secret }, { port: gone }] }");
    GenericKubernetesResource byPod =
        monitor(
            "{ selector: { matchLabels: { app: web } }, podMetricsEndpoints: [{ port: management, path: /pod }, { targetPort: 5 }] }");
    Monitors monitors = new Monitors(around);
    assertThat(monitors.byService(byService))
        .containsExactly(
            new Place(9001, "/prom", From.MONITOR), new Place(8080, "/metrics", From.MONITOR));
    assertThat(monitors.byPod(byPod))
        .containsExactly(
            new Place(9001, "/pod", From.MONITOR), new Place(5, "/metrics", From.MONITOR));
    assertThat(
            monitors.byService(
                monitor("{ selector: { matchLabels: { team: b } }, endpoints: [{ port: ops }] }")))
        .isEmpty();
    assertThat(monitors.byService(monitor("{ selector: 7 }"))).isEmpty();
  }

  @Test
  void requests_are_those_between_two_looks_for_all_ready_pods() {
    Map<String, Read> before = Map.of("a", counted(100), "b", counted(500), "c", counted(7));
    Map<String, Read> after =
        Map.of("a", counted(140), "b", counted(20), "c", Read.missing("gone"));
    assertThat(PodsAsked.perSecond(before, after, 4, 6)).hasValue((40 + 20) / 4.0 * 6 / 2);
    assertThat(PodsAsked.perSecond(Map.of(), after, 4, 6)).isEmpty();
  }

  private static Read counted(double total) {
    return new Read(Map.of("errors", Reading.rate(0, total)), Set.of(), "");
  }

  private static Deployment deployment(String yaml) {
    return YAML.unmarshal(yaml, Deployment.class);
  }

  private static GenericKubernetesResource monitor(String spec) {
    return YAML.unmarshal(
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m }\nspec: "
            + spec,
        GenericKubernetesResource.class);
  }
}
