package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.watch.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is planned by somebody with a user's rights is what the operator then does. */
interface PlannedRelease {
  /** With Sluice; others may release beside. */
  RealCluster cluster();

  Duration SOON = Duration.ofSeconds(60);
  String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      drain: 1s
      keepWarm: 5s
      analysis: { arm: Always }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 4s, max: 8s }
            - { name: half, weight: 50, min: 4s, max: 8s }
          bake: 4s
      """;
  String ROLE =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: { name: routes-viewer }
      rules:
        - { apiGroups: [gateway.networking.k8s.io], resources: [httproutes], verbs: [get, list] }
      """;
  String QUOTA =
      """
      apiVersion: v1
      kind: ResourceQuota
      metadata: { name: few }
      spec: { hard: { pods: "6" } }
      """;

  /** The operator of these tests is a process: this is how its Deployment would look. */
  String OPERATOR =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: sluice, namespace: sluice-system, labels: { app.kubernetes.io/name: sluice } }
      spec:
        replicas: 0
        selector: { matchLabels: { app: sluice } }
        template:
          metadata: { labels: { app: sluice } }
          spec:
            containers:
              - { name: operator, image: none, args: [operator, "--gateway-metrics=http://envoy:8002/stats"] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: pia, namespace: sluice-system }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
      subjects: [{ kind: ServiceAccount, name: pia, namespace: planned }]
      """;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  default void a_release_writes_what_was_planned_in_that_order_and_in_those_stages(
      @TempDir Path folder) throws Exception {
    try (ReleasedShop shop = cluster().open("planned")) {
      shop.adopt(SPEC);
      shop.comeUsers(60);
      Kubectl admin = Kubectl.admin(cluster().kubelab(), shop.namespace());
      admin.with(ROLE, "apply", "-f", "-");
      Person person =
          Person.of(
              cluster().kubelab(),
              shop.namespace(),
              "pia",
              folder,
              "edit",
              "sluice-viewer",
              "routes-viewer");

      Await.until(
          "today's traffic is counted",
          SOON,
          () -> requests(person.sluice("plan", "-o", "json")) > 30);
      Person.Said said = person.sluice("plan");
      assertThat(said.exit()).as(said.out() + said.err()).isZero();
      assertThat(said.out())
          .contains("Nothing blocks it.")
          .contains("4 today, 8 at the peak")
          .contains("Node objects: the right to list them is missing.")
          .contains("could not be seen (you may not list deployments in sluice-system)");
      Kubectl.admin(cluster().kubelab(), "sluice-system").with(OPERATOR, "apply", "-f", "-");
      Await.until(
          "the operator's own words are seen",
          SOON,
          () -> person.sluice("plan").out().contains("the operator reads a gateway's, too"));
      assertThat(person.sluice("plan", "--requests-per-second", "60").out())
          .doesNotContain("Requests that are refused");
      List<String> planned = planned(Json.read(person.sluice("plan", "-o", "json").out()));

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Await.until(
          "all is as its users wrote it",
          SOON,
          () -> done(shop.versions()).size() >= planned.size());
      assertThat(done(shop.versions())).containsExactlyElementsOf(planned);
      assertThat(shop.leaveAndCountLost()).isZero();

      admin.with(QUOTA, "apply", "-f", "-");
      Await.until(
          "the quota is counted", SOON, () -> person.sluice("plan").out().contains("few has"));
      Person.Said blocked = person.sluice("plan", "order-service", "--requests-per-second", "60");
      assertThat(blocked.exit()).isEqualTo(1);
      assertThat(blocked.out())
          .contains("The ResourceQuota few has 2 of pods left, and a release needs 4 more");

      Path file = folder.resolve("release.yaml");
      Files.writeString(
          file,
          """
          apiVersion: sluice.dev/v1alpha1
          kind: ReleasePolicy
          metadata: { name: order-service }
          spec:
            workloadRef: { name: order-servise }
            services: [order-service]
            strategy: { blueGreen: { validate: 1s, bake: 1s } }
          """);
      Person.Said nothing = person.sluice("plan", "-f", file.toString());
      assertThat(nothing.exit()).isEqualTo(1);
      assertThat(nothing.err()).contains("There is no Deployment order-servise in planned");
    }
  }

  private static double requests(Person.Said said) {
    return said.exit() == 2 || said.exit() == 4
        ? 0
        : Json.read(said.out()).at("/evidence/requestsPerSecond").asDouble();
  }

  /** "part: what was written", of each write. */
  private static List<String> planned(JsonNode plan) {
    List<String> lines = new ArrayList<>();
    for (JsonNode step : plan.path("steps")) {
      String part = step.path("name").asText();
      boolean after = part.equals("keep warm") || part.equals("clear");
      step.path("writes").forEach(w -> lines.add((after ? "after" : part) + ": " + w.asText()));
    }
    return lines;
  }

  /** The same, of what the API server has seen. */
  private static List<String> done(List<Version> versions) {
    return new WrittenInWords().of(versions);
  }
}
