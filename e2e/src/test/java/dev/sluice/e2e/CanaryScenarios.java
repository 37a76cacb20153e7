package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What people do with a canary on a real cluster, whatever divides the traffic: whitelist, approve,
 * abort, undo, change their mind. Nobody else's request is lost, and in the end everything is as
 * they wrote it.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
abstract class CanaryScenarios {
  static final Duration SOON = Duration.ofSeconds(30);
  static final double RATE = 60;
  static final String PACE = "drain: 1s\nanalysis: { arm: Always }\n";
  static final String STAGES =
      """
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 3s, max: 8s }
            - { name: half, weight: 50, min: 3s, max: 8s }
          bake: 4s
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  /** A shop in a namespace of its own, which serves v1 when this returns. */
  abstract ReleasedShop open(String namespace);

  /** The policy's line that names what divides the traffic. */
  abstract String route();

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void the_whitelisted_alone_meet_the_new_version_until_somebody_approves() {
    try (ReleasedShop shop = open("whitelist")) {
      shop.adopt(
          route()
              + PACE
              + """
              keepWarm: 0s
              strategy:
                canary:
                  stages:
                    - name: whitelist
                      match: [{ header: x-canary, exact: always }, { cookie: canary, exact: always }]
                      min: 3s
                      approve: After
                    - { name: half, weight: 50, min: 3s, max: 8s }
                  bake: 3s
              """);
      Users ordinary = shop.comeUsers(40);
      Users.Plan few = shop.shop().users().fresh(10).kept(10);
      Users byHeader = shop.come("by header", few.whitelisted(1, "x-canary", "always"));
      Users byCookie =
          shop.come("by cookie", few.whitelisted(1, "Cookie", "theme=dark; canary=always"));
      Users byOther = shop.come("by another value", few.whitelisted(1, "x-canary", "sometimes"));

      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReason(1, "approval");
      Instant from = Instant.now();
      assertThat(byHeader.since(from, 40).versions().keySet()).containsExactly("v2");
      assertThat(byCookie.since(from, 40).versions().keySet()).containsExactly("v2");
      assertThat(ordinary.since(from, 40).versions().keySet()).containsExactly("v1");
      assertThat(byOther.since(from, 40).versions().keySet()).containsExactly("v1");

      shop.command("Approve", 1);
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_abort_by_hand_takes_the_traffic_back_from_every_stage() {
    try (ReleasedShop shop = open("abort")) {
      Map<String, Object> before = shop.written();
      shop.adopt(
          route()
              + PACE
              + """
              strategy:
                canary:
                  stages:
                    - { name: small, weight: 10, min: 3s, max: 8s }
                    - { name: half, weight: 50, min: 3s, max: 8s }
                    - { name: full, weight: 100, holdback: 10%, min: 3s, max: 8s }
                  bake: 60s
              """);
      Set<String> pods = shop.pods();
      shop.comeUsers(RATE);
      shop.comeCallers(RATE / 3);
      int release = 0;
      for (String where : List.of("Preparing", "small", "half", "full", "Baking")) {
        release++;
        shop.shop().deploy(Edition.of("v2").round(release));
        shop.awaitAt(release, where);
        shop.command("Abort", release);
        assertThat(shop.awaitEnd(release)).as("aborted in " + where).isEqualTo("Aborted");
        shop.shop().deploy(Edition.of("v1"));
        shop.awaitReady();
        assertThat(shop.pods()).as("stable's pods, after an abort in " + where).isEqualTo(pods);
        assertThat(shop.extras()).isEmpty();
      }
      assertThat(shop.leaveAndCountLost()).isZero();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(shop.written()).as("restored to the letter").isEqualTo(before);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_undo_goes_back_to_the_old_pods_while_they_are_warm() {
    try (ReleasedShop shop = open("undo")) {
      shop.adopt(route() + PACE + STAGES + "keepWarm: 60s\n");
      Set<String> first = shop.pods();
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.command("Undo", 1);
      Await.until(
          "v1's own pods serve again", SOON, () -> shop.pinned().equals(first) && is(shop, "v1"));
      shop.awaitReady();
      Await.until("v2's pods are gone", SOON.multipliedBy(2), () -> shop.pods().equals(first));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_undo_starts_the_old_version_first_when_its_pods_are_gone() {
    try (ReleasedShop shop = open("cold-undo")) {
      shop.adopt(route() + PACE + STAGES + "keepWarm: 0s\n");
      Set<String> first = shop.pods();
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Await.until(
          "v1's pods are gone", SOON, () -> shop.pods().stream().noneMatch(first::contains));
      shop.awaitReady();
      Set<String> second = shop.pods();
      shop.command("Undo", 1);
      Await.until("v1 serves again", SOON.multipliedBy(3), () -> is(shop, "v1"));
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
      Await.until(
          "v2's pods are gone",
          SOON.multipliedBy(2),
          () -> shop.pods().size() == 4 && shop.pods().stream().noneMatch(second::contains));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_new_template_in_mid_release_ends_it_and_is_released_itself() {
    try (ReleasedShop shop = open("supersede")) {
      shop.adopt(route() + PACE + STAGES + "keepWarm: 0s\n");
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      shop.shop().deploy(Edition.of("v3"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Superseded");
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      Await.until("v3 alone serves", SOON, () -> is(shop, "v3"));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_template_that_comes_while_pods_are_handed_over_waits_its_turn() {
    try (ReleasedShop shop = open("handover")) {
      shop.adopt(route() + PACE + STAGES + "keepWarm: 0s\n");
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      Await.until(
          "v2 is handed over",
          SOON.multipliedBy(3),
          () -> shop.phase(1).equals("HandingOver") || shop.phase(1).equals("Succeeded"));
      shop.shop().deploy(Edition.of("v3"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void the_old_template_in_mid_release_is_a_way_back() {
    try (ReleasedShop shop = open("revert")) {
      Map<String, Object> before = shop.written();
      Set<String> pods = shop.pods();
      shop.adopt(route() + PACE + STAGES);
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      shop.shop().deploy(Edition.of("v1"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Reverted");
      shop.awaitReady();
      Await.until("v2's pods are gone", SOON, () -> shop.pods().equals(pods));
      assertThat(shop.leaveAndCountLost()).isZero();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(shop.written()).as("restored to the letter").isEqualTo(before);
    }
  }

  private static boolean is(ReleasedShop shop, String version) {
    return shop.shop().served().filter(version::equals).isPresent();
  }
}
