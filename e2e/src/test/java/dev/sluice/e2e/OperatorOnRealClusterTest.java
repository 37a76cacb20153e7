package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator's runtime by its own account: what it tells, what wakes it, what it costs. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class OperatorOnRealClusterTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web, namespace: shop }
      spec:
        workloadRef: { name: web }
        services: [web]
        route: { gateway: { httpRoutes: [{ name: web }] } }
        strategy: { canary: { stages: [{ name: small, weight: 5, min: 1h, max: 2h }] } }
        analysis: { metrics: [{ preset: errors }] }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withSluice();

  private static final Telemetry TELEMETRY = new Telemetry();
  private static Operator operator;
  private static KubernetesClient client;

  @BeforeAll
  static void start() throws Exception {
    KubernetesClient account =
        cluster
            .kubelab()
            .serviceAccount(InstalledCluster.INSTALLATION.namespace(), Installation.ACCOUNT);
    client =
        new KubernetesClientBuilder()
            .withConfig(account.getConfiguration())
            .withHttpClientBuilderConsumer(
                b -> b.addOrReplaceInterceptor("requests", TELEMETRY.requests()))
            .build();
    operator =
        Operator.start(
            client,
            Optional.empty(),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
            Settings.defaults(),
            TELEMETRY);
  }

  @AfterAll
  static void stop() {
    operator.close();
    client.close();
  }

  @Test
  void decisions_are_events_watches_wake_and_the_api_server_is_asked_little() throws Exception {
    WebApp.serve(cluster);
    cluster.dev().with(WebApp.SERVICE.replace("name: web", "name: metrics"), "apply", "-f", "-");
    cluster.admin().with(POLICY, "apply", "-f", "-");
    Await.until("the policy is Ready", PATIENCE, () -> status("Ready").equals("True"));

    long before = requests();
    Thread.sleep(Duration.ofSeconds(12));
    assertThat(requests() - before)
        .as("an idle policy asks nothing, but evidence every half minute")
        .isLessThanOrEqualTo(2);

    cluster.dev().run("set", "image", "deployment/web", "app=kubelab.local/app:v2");
    Await.until("a template that changed is noticed at once", SOON, () -> !reason().equals("idle"));
    Await.until("the other Service is in the way", SOON, () -> reason().equals("refused"));
    Await.until(
        "kubectl describe shows why",
        SOON,
        () -> cluster.admin().run("describe", "releasepolicy/web").contains("The Service metrics"));
    cluster.dev().run("delete", "service/metrics");
    Await.until("it goes on at once without it", SOON, () -> !reason().equals("refused"));
    Await.until("traffic is split", PATIENCE, () -> event("Stage").isPresent());

    JsonNode refused = event("Refused").orElseThrow();
    assertThat(refused.path("type").asText()).isEqualTo("Warning");
    assertThat(refused.path("action").asText()).isEqualTo("Hold");
    assertThat(refused.at("/regarding/kind").asText()).isEqualTo("ReleasePolicy");
    assertThat(refused.at("/related/name").asText()).isEqualTo("web-1");
    assertThat(refused.path("reportingController").asText()).isEqualTo("sluice.dev/operator");
    assertThat(event("TemplateChanged").orElseThrow().path("type").asText()).isEqualTo("Normal");
    assertThat(page())
        .contains("sluice_policy_phase{namespace=\"shop\",policy=\"web\"")
        .contains("code=\"200\",resource=\"httproutes\",verb=\"patch\"");
    System.out.println(
        "requests of the operator so far:\n"
            + page().lines().filter(l -> l.startsWith("sluice_api_requests_total")).toList());
  }

  @Test
  void a_policy_that_cannot_be_followed_says_so_in_an_event() {
    String wrong = POLICY.replace("name: web, namespace", "name: wrong, namespace");
    cluster
        .admin()
        .with(
            wrong.replace("metrics: [{ preset: errors }]", "metrics: [{ template: none }]"),
            "apply",
            "-f",
            "-");
    Await.until(
        "there is an event",
        PATIENCE,
        () ->
            cluster
                .admin()
                .run("get", "events", "--field-selector=reason=InvalidPolicy")
                .contains("there is no MetricTemplate"));
    cluster.admin().run("delete", "releasepolicy/wrong", "--wait=false");
  }

  private static Optional<JsonNode> event(String reason) {
    return events().filter(e -> e.path("reason").asText().equals(reason)).findFirst();
  }

  private static Stream<JsonNode> events() {
    return Json.read(cluster.admin().run("get", "events.events.k8s.io", "-o", "json"))
        .path("items")
        .valueStream()
        .filter(e -> e.at("/regarding/name").asText().equals("web"));
  }

  private static String status(String condition) {
    return cluster
        .get("releasepolicy/web")
        .at("/status/conditions")
        .valueStream()
        .filter(c -> c.path("type").asText().equals(condition))
        .map(c -> c.path("status").asText())
        .findFirst()
        .orElse("");
  }

  private static String reason() {
    return cluster.get("releasepolicy/web").at("/status/reason").asText();
  }

  /** Without renewals of watches, which come and go by themselves. */
  private static long requests() {
    return page()
        .lines()
        .filter(l -> l.startsWith("sluice_api_requests_total") && !l.contains("verb=\"watch\""))
        .mapToLong(l -> (long) Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String page() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      TELEMETRY.write(out);
      return out.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
