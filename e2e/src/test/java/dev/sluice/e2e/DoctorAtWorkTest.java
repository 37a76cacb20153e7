package dev.sluice.e2e;

import static dev.sluice.e2e.Practice.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@code sluice doctor} says of releases, while an operator runs by its own account. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class DoctorAtWorkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web }
      spec:
        workloadRef: { name: web }
        services: [web]
        strategy: { blueGreen: { validate: 1s, approve: Before, bake: 1s } }
        rehearseWayBack: false
        drain: 1s
        keepWarm: 0s
        analysis: { metrics: [{ preset: errors }] }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withSluice();

  @TempDir private static Path folder;

  private static Operator operator;

  @BeforeAll
  static void begin() throws Exception {
    operator =
        Operator.start(
            cluster.operator(),
            Optional.empty(),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
            Settings.defaults(),
            new Telemetry());
  }

  @AfterAll
  static void end() {
    operator.close();
  }

  /** The policy is followed, and one version serves, when this returns. */
  private static Practice adopted(String namespace) {
    Practice practice = Practice.open(cluster.kubelab(), namespace, folder);
    practice.apply(WEB);
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice.apply(POLICY);
    ready(practice);
    return practice;
  }

  private static void ready(Practice practice) {
    Await.until(
        "the policy is Ready",
        PATIENCE,
        () ->
            practice
                .get("releasepolicy/web", ".status.conditions[?(@.type==\"Ready\")].status")
                .filter("True"::equals)
                .isPresent());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_release_that_is_paused_aborted_and_waits_for_a_person() {
    Practice practice = adopted("journey");
    assertThat(practice.visitor().sluice("doctor", "web").out()).doesNotContain("BLOCKS policy");
    practice.admin().run("set", "image", "deployment/web", "app=kubelab.local/app:v2");
    practice.diagnosed("waits-for-approval");

    practice.run("sluice pause web -n journey --reason lunch");
    practice.mended("release-paused");
    practice.run("sluice abort web -n journey --reason doubt");
    assertThat(practice.mended("held-after-abort").path("seen").asText()).contains("web-1");
    practice.mended("waits-for-approval");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_restart_is_told_to_be_a_release() {
    Practice practice = adopted("restart");
    practice.admin().run("rollout", "restart", "deployment/web");
    assertThat(practice.diagnosed("restart-is-a-release").path("mend").asText())
        .isEqualTo("sluice watch web -n restart");
    assertThat(practice.says("old-version-is-a-release")).isEmpty();
    practice.run("sluice abort web -n restart --reason enough");
    practice.gone("restart-is-a-release");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_undo_by_kubectl_is_told_to_be_a_release() {
    Practice practice = Practice.open(cluster.kubelab(), "undo", folder);
    practice.apply(WEB);
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice.admin().run("set", "image", "deployment/web", "app=kubelab.local/app:v2");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice.apply(POLICY);
    ready(practice);
    practice.admin().run("rollout", "undo", "deployment/web");
    practice.diagnosed("old-version-is-a-release");
    assertThat(practice.says("restart-is-a-release")).isEmpty();
    practice.run("sluice abort web -n undo --reason enough");
    practice.gone("old-version-is-a-release");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_policy_that_cannot_be_followed() {
    Practice practice = Practice.open(cluster.kubelab(), "invalid", folder);
    practice.apply(WEB);
    practice.apply(POLICY.replace("preset: errors", "template: nowhere"));
    assertThat(practice.diagnosed("policy-invalid").path("seen").asText())
        .contains("there is no MetricTemplate of that name");
    practice.apply(POLICY);
    practice.gone("policy-invalid");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_release_that_is_refused_is_aborted_mended_and_tried_again() {
    Practice practice = adopted("hindered");
    practice.admin().run("expose", "deployment", "web", "--name=inside", "--port=81");
    practice.admin().run("set", "image", "deployment/web", "app=kubelab.local/app:v2");
    assertThat(practice.diagnosed("release-refused").path("seen").asText()).contains("inside");
    practice.mended("service-not-named-in-release");
    practice.gone("release-refused");
    practice.mended("service-not-named");
    practice.mended("held-after-abort");
    practice.diagnosed("waits-for-approval");
  }
}
