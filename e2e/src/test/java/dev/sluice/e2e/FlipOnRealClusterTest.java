package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Releases that move all traffic by a Service's pin, or divide it by numbers of pods. */
@Tag("cluster")
@Tag("slow")
@Timeout(420)
class FlipOnRealClusterTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PACE = "drain: 1s\nkeepWarm: 0s\nanalysis: { arm: Always }\n";

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

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
