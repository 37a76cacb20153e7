package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hold: Pause}: everything that the admission policies do, on a cluster without any. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class HoldByPauseTest {
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
        hold: Pause
        route: { gateway: { httpRoutes: [{ name: web }] } }
        strategy:
          canary:
            stages:
              - name: small
                weight: 5
                match: [{ header: x-canary, exact: always }]
                min: 1h
                max: 2h
        rehearseWayBack: false
        drain: 1s
        analysis: { metrics: [{ preset: errors }] }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withoutSluice();

  private static Operator operator;

  @BeforeAll
  static void start() throws Exception {
    for (HasMetadata object : InstalledCluster.INSTALLATION.objects()) {
      if (!object.getKind().contains("AdmissionPolicy")) {
        cluster.kubelab().admin().resource(object).serverSideApply();
      }
    }
    cluster
        .admin()
        .run("wait", "--for=condition=Established", "customresourcedefinitions", "--all");
    cluster.kubelab().awaitGrants();
    operator =
        Operator.start(
            cluster
                .kubelab()
                .serviceAccount(InstalledCluster.INSTALLATION.namespace(), Installation.ACCOUNT),
            Optional.empty(),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
            Settings.defaults(),
            new Telemetry());
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void it_pins_and_splits_re_asserts_what_others_undo_and_leaves_to_the_letter() {
    WebApp.serve(cluster);
    String before = WebApp.written(cluster);
    cluster.admin().with(POLICY, "apply", "-f", "-");
    Await.until("it is adopted and paused", PATIENCE, HoldByPauseTest::paused);
    Await.until("the policy is Ready", PATIENCE, () -> ready());

    cluster.dev().run("rollout", "resume", "deployment/web");
    Await.until("it is paused again", SOON, HoldByPauseTest::paused);

    cluster.dev().run("set", "image", "deployment/web", "app=kubelab.local/app:v2");
    Await.until("the route is split", PATIENCE, () -> weights().contains("950 50"));
    assertThat(weights()).as("whitelisted first, then both rules").isEqualTo("1|1|950 50|950 50|");
    String stable = hash();
    assertThat(pin()).isEqualTo(stable);
    assertThat(cluster.get("pdb/web").at("/spec/selector/matchLabels/pod-template-hash").asText())
        .isEqualTo(stable);

    cluster.dev().forced("kustomize-controller", WebApp.ROUTE);
    Await.until("the split is back", SOON, () -> weights().equals("1|1|950 50|950 50|"));
    cluster.dev().replaced(WebApp.SERVICE);
    Await.until("the pin is back", SOON, () -> pin().equals(stable));
    cluster.dev().run("rollout", "resume", "deployment/web");
    Await.until("it is paused again", SOON, HoldByPauseTest::paused);
    Await.until(
        "what began by itself is gone: two pods of stable, one of the candidate",
        PATIENCE,
        () ->
            cluster.admin().run("get", "pods", "-l", "app=web", "-o", "name").lines().count() == 3
                && cluster
                        .admin()
                        .run("get", "replicasets", "-l", "app=web", "-o", "name")
                        .lines()
                        .count()
                    == 1);

    cluster.dev().run("set", "image", "deployment/web", "app=kubelab.local/app:v1");
    Await.until("the release is reverted", PATIENCE, () -> ready() && weights().equals("7|7|"));
    assertThat(pin()).isEmpty();
    assertThat(paused()).as("between releases too").isTrue();
    cluster.admin().run("delete", "releasepolicy/web");
    assertThat(WebApp.written(cluster)).isEqualTo(before);
  }

  private static boolean paused() {
    return cluster.get("deployment/web").at("/spec/paused").asBoolean();
  }

  private static boolean ready() {
    return cluster
        .get("releasepolicy/web")
        .at("/status/conditions")
        .valueStream()
        .anyMatch(
            c ->
                c.path("type").asText().equals("Ready")
                    && c.path("status").asText().equals("True"));
  }

  private static String pin() {
    return cluster.get("service/web").at("/spec/selector/pod-template-hash").asText("");
  }

  private static String hash() {
    return Json.read(cluster.admin().run("get", "replicasets", "-l", "app=web", "-o", "json"))
        .path("items")
        .valueStream()
        .filter(s -> s.at("/spec/replicas").asInt() > 0)
        .map(s -> s.at("/metadata/labels/pod-template-hash").asText())
        .findFirst()
        .orElse("");
  }

  /** Of each rule's backends. */
  private static String weights() {
    StringBuilder all = new StringBuilder();
    for (JsonNode rule : cluster.get("httproute/web").at("/spec/rules")) {
      all.append(
              String.join(
                  " ",
                  rule.path("backendRefs")
                      .valueStream()
                      .map(b -> b.path("weight").asText())
                      .toList()))
          .append('|');
    }
    return all.toString();
  }
}
