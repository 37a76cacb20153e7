package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.watch.Version;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Invariant 9: two operators never act on one policy at once, whatever is done to them. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class TwoOperatorsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 4s, max: 10s }
            - { name: half, weight: 50, min: 4s, max: 10s }
          bake: 4s
      drain: 1s
      keepWarm: 2s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static final String RISES = "it rises, and once the pins lead it is no more asked for";

  /** Both believe that they lead: there is no lease between them. */
  @Test
  void two_that_both_lead_move_traffic_as_one_would() throws Exception {
    try (SluiceOnCluster first = SluiceOnCluster.start(cluster.kubelab(), cluster.gateway());
        SluiceOnCluster _ = SluiceOnCluster.start(cluster.kubelab(), cluster.gateway());
        ReleasedShop good = first.open("two-good");
        ReleasedShop bad = first.open("two-bad")) {
      for (ReleasedShop shop : List.of(good, bad)) {
        shop.adopt(SPEC);
        shop.comeUsers(50);
      }
      good.shop().deploy(Edition.of("v2"));
      bad.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(good.awaitEnd(1)).as(good.decisions(1).toString()).isEqualTo("Succeeded");
      assertThat(bad.awaitEnd(1)).as(bad.decisions(1).toString()).isEqualTo("Aborted");
      good.awaitReady();
      for (ReleasedShop shop : List.of(good, bad)) {
        System.out.printf("weights %s, writers %s%n", weights(shop), writers(shop));
      }
      assertThat(turns(good)).as(RISES).isEqualTo(1);
      assertThat(turns(bad)).as("it does not rise again once it falls").isLessThanOrEqualTo(1);
      assertThat(writers(good)).as("one hand-over at most").hasSizeLessThanOrEqualTo(2);
      assertThat(writers(bad)).as("one hand-over at most").hasSizeLessThanOrEqualTo(2);
      assertThat(good.leaveAndCountLost() + bad.leaveAndCountLost()).isZero();
    }
  }

  /** A second one begins in the middle of a release that the first goes on with. */
  @Test
  void one_that_begins_in_mid_release_takes_over_and_the_first_lets_go() throws Exception {
    try (SluiceOnCluster first = SluiceOnCluster.start(cluster.kubelab(), cluster.gateway());
        ReleasedShop shop = first.open("usurped")) {
      shop.adopt(SPEC);
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      try (SluiceOnCluster _ = SluiceOnCluster.start(cluster.kubelab(), cluster.gateway())) {
        assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
        shop.awaitReady();
      }
      System.out.printf("weights %s, writers %s%n", weights(shop), writers(shop));
      assertThat(turns(shop)).as(RISES).isEqualTo(1);
      assertThat(writers(shop)).as("one hand-over").hasSize(2);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void one_whose_lease_is_stolen_stands_still_and_goes_on_when_the_thief_is_silent()
      throws Exception {
    SluiceOnCluster.install(cluster.kubelab());
    try (OperatorProcess operator =
            new OperatorProcess(
                cluster.kubelab(),
                cluster.gateway(),
                "dev.sluice.cli.Main",
                Path.of("target", "e2e", "stolen-lease"));
        ReleasedShop shop = cluster.open("stolen")) {
      operator.keep();
      shop.adopt(SPEC);
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      steal();
      Await.until("the operator has let go", PATIENCE, () -> operator.starts() == 2);
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      System.out.printf(
          "weights %s, writers %s, %d starts%n", weights(shop), writers(shop), operator.starts());
      assertThat(turns(shop)).as(RISES).isEqualTo(1);
      assertThat(operator.starts()).isEqualTo(2);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** Somebody says that it leads, and is never heard of again. */
  private static void steal() {
    var _ =
        cluster
            .kubelab()
            .admin()
            .leases()
            .inNamespace("sluice-system")
            .withName("sluice")
            .edit(
                lease ->
                    new LeaseBuilder(lease)
                        .editSpec()
                        .withHolderIdentity("a-thief")
                        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                        .endSpec()
                        .build());
  }

  /** Of the candidate, of 100, one after another, as the route was asked for them. */
  private static List<Integer> weights(ReleasedShop shop) {
    List<Integer> seen = new ArrayList<>();
    for (Version version : shop.versions()) {
      String split = version.object().at("/metadata/annotations/sluice.dev~1split").asText("");
      if (version.kind().equals("HTTPRoute") && !split.isEmpty()) {
        String[] words = split.split(" ", -1);
        again(seen, 100 * Integer.parseInt(words[2]) / Integer.parseInt(words[3]));
      }
    }
    return seen;
  }

  /** How often the candidate's share began to fall, or to rise again. */
  private static int turns(ReleasedShop shop) {
    List<Integer> weights = weights(shop);
    int turns = 0;
    boolean rises = true;
    for (int i = 1; i < weights.size(); i++) {
      if ((weights.get(i) > weights.get(i - 1)) != rises) {
        rises = !rises;
        turns++;
      }
    }
    return turns;
  }

  /** Who signed for what is remembered, one after another. */
  private static List<String> writers(ReleasedShop shop) {
    List<String> seen = new ArrayList<>();
    for (Version version : shop.versions()) {
      JsonNode writer = version.object().at("/status/state/writer");
      if (version.kind().equals("ReleasePolicy") && writer.isTextual()) {
        again(seen, writer.asText());
      }
    }
    return seen;
  }

  private static <T> void again(List<T> seen, T now) {
    if (seen.isEmpty() || !seen.getLast().equals(now)) {
      seen.add(now);
    }
  }
}
