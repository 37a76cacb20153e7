package dev.sluice.kubernetes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final String SILENT = "{ containers: [{ name: app }] }";

  @Test
  void what_is_left_must_do_for_the_pods_beyond_those_of_today() {
    ResourceQuota quota =
        quota("pods: '10', requests.cpu: '4'", "pods: '4', requests.cpu: '2500m'");

    assertThat(Needs.blocking(Quotas.of(Needs.usual(), List.of(quota), List.of())))
        .containsExactly(
            "The ResourceQuota small has 1500m of requests.cpu left, and a release needs 2 more at"
                + " its peak (4 pods more). Raise requests.cpu by 500m.");
  }

  @Test
  void a_quota_with_room_for_both_versions_is_silent() {
    ResourceQuota quota = quota("pods: '8', memory: 2Gi", "pods: '4', memory: 1Gi");

    assertThat(Quotas.of(Needs.usual(), List.of(quota), List.of())).isEmpty();
  }

  @Test
  void pods_that_ask_for_nothing_are_not_let_in_where_that_is_limited() {
    ResourceQuota quota = quota("requests.memory: 8Gi", "requests.memory: '0'");

    assertThat(Needs.blocking(Quotas.of(Needs.ofPods(SILENT), List.of(quota), List.of())))
        .singleElement()
        .asString()
        .contains("limits requests.memory, and the pods say none");
  }

  @Test
  void what_a_container_does_not_say_its_namespace_says() {
    ResourceQuota quota = quota("requests.memory: 1Gi", "requests.memory: 800Mi");
    LimitRange range =
        Needs.read(
            LimitRange.class,
            """
            metadata: { name: usual }
            spec: { limits: [{ type: Container, defaultRequest: { memory: 64Mi } }] }
            """);

    assertThat(Needs.blocking(Quotas.of(Needs.ofPods(SILENT), List.of(quota), List.of(range))))
        .singleElement()
        .asString()
        .contains("224Mi of requests.memory left", "needs 256Mi more");
  }

  @Test
  void a_quota_for_some_pods_is_told_and_not_counted() {
    ResourceQuota quota = quota("pods: '1'", "pods: '1'");
    quota.getSpec().setScopes(List.of("BestEffort"));

    List<Obstacle> found = Quotas.of(Needs.usual(), List.of(quota), List.of());

    assertThat(Needs.blocking(found)).isEmpty();
    assertThat(found).singleElement().extracting(Obstacle::sentence).asString().contains("scopes");
  }

  private static ResourceQuota quota(String hard, String used) {
    return Needs.read(
        ResourceQuota.class,
        """
        metadata: { name: small }
        spec: { hard: { %s } }
        status: { used: { %s } }
        """
            .formatted(hard, used));
  }
}
