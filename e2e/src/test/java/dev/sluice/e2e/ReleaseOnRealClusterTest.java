package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Each way to release, a good version and a bad one, while users come on fresh and on kept
 * connections: a canary through a real gateway, all at once by a Service's pin, a canary by numbers
 * of pods; and one beside what was planned. By an operator that has its own service account's
 * rights and no others.
 */
@Tag("cluster")
@Tag("slow")
@Timeout(420)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReleaseOnRealClusterTest implements PlannedRelease {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CANARY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: pre-heat, weight: 1, min: 3s, max: 5s }
            - { name: small, weight: 5, min: 3s, max: 5s }
            - { name: part, weight: 20, min: 3s, max: 5s }
            - { name: half, weight: 50, min: 3s, max: 5s }
            - { name: full, weight: 100, min: 3s, max: 5s }
          bake: 5s
      drain: 2s
      keepWarm: 5s
      analysis: { arm: Always }
      """;
  private static final String PACE = "drain: 1s\nkeepWarm: 0s\nanalysis: { arm: Always }\n";

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Override
  public RealCluster cluster() {
    return cluster;
  }

  @Test
  @Order(1) // the longest one begins first
  @Execution(ExecutionMode.CONCURRENT)
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_leaving_leaves_nothing() {
    try (ReleasedShop shop = cluster.open("canary")) {
      Map<String, Object> before = shop.written();
      Set<String> first = shop.pods();
      shop.comeUsers(200);
      shop.adopt(CANARY);
      assertThat(shop.pods()).as("adopting touches no pod").isEqualTo(first);

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Set<String> judged = shop.pinned();
      Await.until("only v2 is left", PATIENCE, () -> shop.pods().equals(judged));
      Await.until("v2 answers", SOON, () -> shop.shop().served().equals(Optional.of("v2")));

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

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void blue_green_shows_the_new_version_at_the_preview_and_then_to_everybody_at_once() {
    try (ReleasedShop shop = cluster.open("blue-green")) {
      URI preview = preview(shop);
      shop.adopt(
          PACE
              + """
              strategy:
                blueGreen: { previewService: order-service-preview, validate: 4s, approve: Before, bake: 4s }
              """);
      Users users = shop.comeUsers(30);
      Users callers = shop.comeCallers(30);
      Set<String> first = shop.pods();

      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReason(1, "approval");
      Instant shown = Instant.now();
      Users visitors = shop.come("visitors of the preview", Users.at(preview).fresh(20));
      assertThat(visitors.since(shown, 40).versions().keySet()).containsExactly("v2");
      assertThat(users.since(shown, 40).versions().keySet()).containsExactly("v1");
      assertThat(callers.since(shown, 40).versions().keySet()).containsExactly("v1");
      assertThat(visitors.leave().lost()).isZero();

      shop.command("Approve", 1);
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Await.until(
          "v1's pods are gone", SOON, () -> shop.pods().stream().noneMatch(first::contains));
      Instant over = Instant.now();
      // On kept connections v1's pods finish what they have begun.
      assertThat(users.since(over, 40).fresh().versions().keySet()).containsExactly("v2");
      assertThat(callers.since(over, 40).fresh().versions().keySet()).containsExactly("v2");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void blue_green_flips_back_when_the_new_version_fails() {
    try (ReleasedShop shop = cluster.open("blue-green-bad")) {
      shop.adopt(PACE + "strategy: { blueGreen: { validate: 3s, bake: 60s } }\n");
      Set<String> pods = shop.pods();
      Users users = shop.comeUsers(30);
      shop.comeCallers(30);
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      assertThat(shop.decisions(1)).anyMatch(d -> d.startsWith("harm:"));
      Instant over = Instant.now();
      assertThat(users.since(over, 40).fresh().versions().keySet()).containsExactly("v1");
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
      Await.until("v3's pods are gone", SOON, () -> shop.pods().equals(pods));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void without_a_route_a_canary_goes_by_numbers_of_pods() {
    try (ReleasedShop shop = cluster.open("replicas")) {
      shop.adopt(
          PACE
              + """
              strategy:
                canary:
                  stages:
                    - { name: some, weight: 20, min: 4s, max: 10s }
                    - { name: half, weight: 50, min: 4s, max: 10s }
                  bake: 4s
              """);
      Users callers = shop.come("callers", shop.shop().callers().fresh(60));
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      Await.until("about half goes to v2", SOON, () -> isAboutHalf(callers));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");

      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReady();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static boolean isAboutHalf(Users callers) {
    Accounts last = callers.accounts().since(Instant.now().minusSeconds(2));
    return last.answered() > 60 && last.share("v2") > 0.35 && last.share("v2") < 0.65;
  }

  private static URI preview(ReleasedShop shop) {
    shop.shop().applyPreview();
    return URI.create(
        "http://%s:80"
            .formatted(
                shop.shop()
                    .developer()
                    .services()
                    .inNamespace(shop.namespace())
                    .withName(ReleasedShop.PREVIEW)
                    .require()
                    .getSpec()
                    .getClusterIP()));
  }
}
