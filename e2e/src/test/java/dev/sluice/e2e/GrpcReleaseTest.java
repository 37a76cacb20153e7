package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Kubelab.Options;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A service that is called by gRPC is released through a GRPCRoute: a good version, and one whose
 * calls fail by their status in the trailer, which a gateway counts as answers of 200.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class GrpcReleaseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PER_SECOND = 100;

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        route: { gateway: { grpcRoutes: [{ name: orders }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 10, min: 3s, max: 10s }
              - { name: half, weight: 50, min: 3s, max: 10s }
            bake: 4s
        drain: 1s
        keepWarm: 0s
        analysis: { arm: Always, metrics: [{ preset: errors }] }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Test
  void a_good_version_takes_over_and_one_whose_calls_fail_is_taken_back() throws Exception {
    Kubectl admin = Kubectl.admin(cluster.kubelab(), "grpc-shop");
    try (GrpcCallers callers = new GrpcCallers(cluster.gateway());
        InputStream in = GrpcReleaseTest.class.getResourceAsStream("grpc-shop.yaml")) {
      assertThat(in).isNotNull();
      admin.run("create", "namespace", "grpc-shop");
      admin.with(new String(in.readAllBytes(), StandardCharsets.UTF_8), "apply", "-f", "-");
      Await.until("it is served", PATIENCE, () -> callers.call(Map.of()).equals("v1"));
      JsonNode written = route(admin);
      admin.with(POLICY, "apply", "-f", "-");
      Await.until("it is adopted", PATIENCE, () -> policy(admin, "reason").equals("idle"));
      callers.come(PER_SECOND);

      admin.run("set", "image", "deployment/orders", "app=kubelab.local/app:v2");
      Await.until("v2 has ended", PATIENCE, () -> ended(admin, "orders-1"));
      assertThat(phase(admin, "orders-1")).isEqualTo("Succeeded");
      assertThat(callers.calls(200, Map.of())).containsOnlyKeys("v2");
      assertThat(callers.heard()).containsOnlyKeys("v1", "v2");

      admin.run("set", "env", "deployment/orders", "ERRORS=0.3");
      Await.until("the bad one has ended", PATIENCE, () -> ended(admin, "orders-2"));
      assertThat(phase(admin, "orders-2")).isEqualTo("Aborted");
      assertThat(
              admin.run("get", "release/orders-2", "-o", "jsonpath={.status.decisions[*].reason}"))
          .contains("harm");
      assertThat(callers.calls(200, Map.of())).containsOnlyKeys("v2");

      admin.run("set", "env", "deployment/orders", "ERRORS-");
      Await.until("v2 is asked for again", PATIENCE, () -> policy(admin, "reason").equals("idle"));
      admin.run("delete", "releasepolicy/orders", "--timeout=60s");
      assertThat(route(admin)).as("restored to the letter").isEqualTo(written);
      System.out.println("gRPC, a good release and a bad one: " + callers.heard());
      assertThat(callers.heard())
          .as("every call is answered by a pod")
          .containsOnlyKeys("v1", "v2", "status 13");
    }
  }

  private static boolean ended(Kubectl admin, String release) {
    return ReleasedShop.isEnd(phase(admin, release));
  }

  private static String phase(Kubectl admin, String release) {
    return admin.run(
        "get", "release/" + release, "--ignore-not-found", "-o", "jsonpath={.status.phase}");
  }

  private static String policy(Kubectl admin, String field) {
    return admin.run("get", "releasepolicy/orders", "-o", "jsonpath={.status." + field + "}");
  }

  /** What its developers wrote. */
  private static JsonNode route(Kubectl admin) {
    JsonNode route = Json.read(admin.run("get", "grpcroute/orders", "-o", "json"));
    return route.path("spec");
  }
}
