package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A canary through a real gateway, by an operator that has its own service account's rights and no
 * others: a good version, a bad one, and the policy taken away again, while users come on fresh and
 * on kept connections.
 */
@Tag("cluster")
@Tag("slow")
@Timeout(420)
class ReleaseOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: pre-heat, weight: 1, min: 3s, max: 8s }
            - { name: small, weight: 5, min: 3s, max: 8s }
            - { name: part, weight: 20, min: 3s, max: 8s }
            - { name: half, weight: 50, min: 3s, max: 8s }
            - { name: full, weight: 100, min: 3s, max: 8s }
          bake: 5s
      drain: 2s
      keepWarm: 5s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Test
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_leaving_leaves_nothing() {
    try (ReleasedShop shop = cluster.open("shop")) {
      Map<String, Object> before = shop.written();
      Set<String> first = shop.pods();
      shop.comeUsers(200);
      shop.adopt(SPEC);
      assertThat(shop.pods()).as("adopting touches no pod").isEqualTo(first);

      Map<String, Integer> asked = cluster.sluice().requests();
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      printRequests(asked, cluster.sluice().requests());
      Set<String> judged = shop.pinned();
      Await.until("only v2 is left", PATIENCE, () -> shop.pods().equals(judged));
      assertThat(shop.shop().served()).contains("v2");

      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.pods()).as("stable's pods are untouched").isEqualTo(judged);

      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReady();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(shop.pods()).as("leaving touches no pod").isEqualTo(judged);
      Map<String, Object> after = shop.written();
      // The Deployment asks for v2 now.
      before.remove("Deployment spec");
      after.remove("Deployment spec");
      assertThat(after).as("restored to the letter").isEqualTo(before);

      Accounts accounts = shop.leave().values().iterator().next();
      System.out.printf("hurt by v3: %d%n", accounts.badBy("v3"));
      assertThat(accounts.lost()).isZero();
      assertThat(accounts.badBy("v1") + accounts.badBy("v2")).isZero();
      assertThat(accounts.badBy("v3")).isPositive();
    }
  }

  private static void printRequests(Map<String, Integer> before, Map<String, Integer> after) {
    Map<String, Integer> asked = new TreeMap<>(after);
    before.forEach((what, count) -> asked.merge(what, -count, Integer::sum));
    asked.values().removeIf(count -> count == 0);
    int writes =
        asked.entrySet().stream()
            .filter(e -> !e.getKey().matches("(get|list|watch) .*"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    System.out.printf(
        "a release of five stages asks the API server to read %d and to write %d times: %s%n",
        asked.values().stream().mapToInt(Integer::intValue).sum() - writes, writes, asked);
  }
}
