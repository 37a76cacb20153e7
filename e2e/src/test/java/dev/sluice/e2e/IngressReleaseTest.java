package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Through an Ingress by canary Ingresses beside it, which is never written to. By Debian's nginx,
 * or by the ingress-nginx of a cluster that is there.
 */
class IngressReleaseTest extends CanaryScenarios {
  private static Optional<NginxEdge> nginx = Optional.empty();
  private static Optional<Edge> edge = Optional.empty();

  @BeforeAll
  static void there_is_somebody_who_routes_by_ingresses() throws IOException {
    if (cluster.kubelab().attached().isPresent()) {
      edge = cluster.kubelab().attached().get().ingress();
      assumeTrue(edge.isPresent(), "nobody said where this cluster's ingress-nginx is reached");
    } else {
      nginx = Optional.of(NginxEdge.start(cluster.kubelab()));
      edge = Optional.of(nginx.get());
    }
  }

  @AfterAll
  static void nobody_does_any_more() {
    nginx.ifPresent(NginxEdge::close);
  }

  @Override
  ReleasedShop open(String namespace) {
    return ReleasedShop.open(cluster.kubelab(), edge.orElseThrow(), namespace);
  }

  @Override
  String route() {
    return "route: { ingressNginx: { ingresses: [{ name: order-service }] } }\n";
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_leaving_leaves_nothing() {
    try (ReleasedShop shop = open("ingress")) {
      Map<String, Object> before = shop.written();
      Ingress users = ingress(shop);
      Set<String> first = shop.pods();
      shop.comeUsers(2 * RATE);
      shop.adopt(route() + PACE + STAGES + "keepWarm: 0s\n");
      assertThat(shop.pods()).as("adopting touches no pod").isEqualTo(first);

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Set<String> judged = shop.pinned();
      Await.until("only v2 is left", SOON.multipliedBy(2), () -> shop.pods().equals(judged));
      assertThat(shop.shop().served()).contains("v2");

      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.decisions(2)).anyMatch(d -> d.startsWith("harm:"));
      assertThat(shop.pods()).as("stable's pods are untouched").containsAll(judged);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReady();

      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(ingress(shop)).as("resource version and managers, too").isEqualTo(users);
      assertThat(shop.extras()).isEmpty();
      Map<String, Object> after = shop.written();
      // The Deployment asks for v2 now.
      before.remove("Deployment spec");
      after.remove("Deployment spec");
      assertThat(after).as("restored to the letter").isEqualTo(before);
      Accounts accounts = shop.leave().values().iterator().next();
      assertThat(accounts.lost()).isZero();
      assertThat(accounts.badBy("v1") + accounts.badBy("v2")).isZero();
      assertThat(accounts.badBy("v3")).isPositive();
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"Preparing, BACKGROUND", "Shifting, FOREGROUND", "HandingOver, BACKGROUND"})
  void a_policy_that_is_deleted_in_mid_release_takes_its_ingress_along(
      String phase, DeletionPropagation propagation) {
    try (ReleasedShop shop = open("ingress-removed-" + phase.toLowerCase(Locale.ROOT))) {
      Ingress users = ingress(shop);
      shop.adopt(route() + PACE + STAGES + "keepWarm: 0s\n");
      shop.comeUsers(RATE / 2);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitAtOrLater(1, phase);
      shop.removePolicy(propagation);
      shop.shop().awaitRolledOut();
      Await.until("one version is left", SOON.multipliedBy(2), () -> shop.pods().size() == 4);
      assertThat(shop.shop().served()).contains("v2");
      assertThat(shop.leaveAndCountLost()).isZero();
      assertThat(shop.extras()).isEmpty();
      assertThat(ingress(shop)).isEqualTo(users);
    }
  }

  private static Ingress ingress(ReleasedShop shop) {
    return shop.shop()
        .developer()
        .network()
        .v1()
        .ingresses()
        .inNamespace(shop.namespace())
        .withName(Shop.NAME)
        .require();
  }
}
