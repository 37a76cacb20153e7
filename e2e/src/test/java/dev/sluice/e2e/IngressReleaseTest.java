package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Releases through an Ingress by canary Ingresses beside it, each way that one can end: nobody's
 * request is lost, and the user's Ingress is never written to. Through Debian's nginx, or through
 * the ingress-nginx of a cluster that is there.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class IngressReleaseTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final double RATE = 60;
  private static final String SPEC =
      """
      route: { ingressNginx: { ingresses: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 3s, max: 8s }
            - { name: half, weight: 50, min: 3s, max: 8s }
            - { name: full, weight: 100, min: 3s, max: 8s }
          bake: 4s
      drain: 2s
      keepWarm: 0s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

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

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_leaving_leaves_nothing() {
    try (ReleasedShop shop = open("ingress")) {
      Map<String, Object> before = shop.written();
      Ingress users = ingress(shop);
      Set<String> first = shop.pods();
      shop.comeUsers(2 * RATE);
      shop.adopt(SPEC);
      assertThat(shop.pods()).as("adopting touches no pod").isEqualTo(first);

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Set<String> judged = shop.pinned();
      Await.until("only v2 is left", SOON, () -> shop.pods().equals(judged));
      assertThat(shop.shop().served()).contains("v2");

      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.decisions(2)).anyMatch(d -> d.startsWith("harm:"));
      assertThat(shop.pods()).as("stable's pods are untouched").containsAll(judged);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReady();

      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(ingress(shop)).as("resource version and managers, too").isEqualTo(users);
      assertThat(ingresses(shop)).containsExactly(Shop.NAME);
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

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void the_whitelisted_alone_meet_the_new_version_until_somebody_approves() {
    try (ReleasedShop shop = open("ingress-whitelist")) {
      shop.adopt(
          SPEC.replace(
              "stages:\n",
              """
              stages:
                    - name: whitelist
                      match: [{ header: x-canary, exact: beta }, { cookie: canary, exact: always }]
                      min: 3s
                      approve: After
              """));
      Users ordinary = shop.comeUsers(RATE / 2);
      Users.Plan few = shop.shop().users().fresh(10).kept(10);
      Users byHeader = shop.come("by header", few.whitelisted(1, "x-canary", "beta"));
      Users byCookie =
          shop.come("by cookie", few.whitelisted(1, "Cookie", "theme=dark; canary=always"));
      Users byOther = shop.come("by another value", few.whitelisted(1, "x-canary", "always"));
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
    try (ReleasedShop shop = open("ingress-abort")) {
      shop.adopt(SPEC.replace("bake: 4s", "bake: 60s"));
      Set<String> pods = shop.pods();
      Users users = shop.comeUsers(RATE);
      int release = 0;
      for (String where : List.of("Preparing", "small", "half", "full", "Baking")) {
        release++;
        shop.shop().deploy(Edition.of("v2").round(release));
        shop.awaitAt(release, where);
        shop.command("Abort", release);
        assertThat(shop.awaitEnd(release)).as("aborted in " + where).isEqualTo("Aborted");
        assertThat(users.since(Instant.now(), 40).fresh().versions().keySet())
            .containsExactly("v1");
        shop.shop().deploy(Edition.of("v1"));
        shop.awaitReady();
        assertThat(shop.pods()).as("stable's pods, after an abort in " + where).isEqualTo(pods);
        assertThat(ingresses(shop)).containsExactly(Shop.NAME);
      }
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_new_template_supersedes_and_the_old_one_reverts() {
    try (ReleasedShop shop = open("ingress-others")) {
      shop.adopt(SPEC);
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      shop.shop().deploy(Edition.of("v3"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Superseded");
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      shop.awaitReady();
      Await.until("v3's pods alone are left", SOON, () -> shop.pods().size() == 4);
      Set<String> pods = shop.pods();

      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(3, "half");
      shop.shop().deploy(Edition.of("v3"));
      assertThat(shop.awaitEnd(3)).isEqualTo("Reverted");
      shop.awaitReady();
      Await.until("v2's pods are gone", SOON, () -> shop.pods().equals(pods));
      assertThat(ingresses(shop)).containsExactly(Shop.NAME);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"Preparing, BACKGROUND", "Shifting, FOREGROUND", "HandingOver, BACKGROUND"})
  void a_policy_that_is_deleted_in_mid_release_takes_its_ingress_along(
      String phase, DeletionPropagation propagation) {
    try (ReleasedShop shop = open("ingress-removed-" + phase.toLowerCase(Locale.ROOT))) {
      Ingress users = ingress(shop);
      shop.adopt(SPEC);
      shop.comeUsers(RATE / 2);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitAtOrLater(1, phase);
      shop.removePolicy(propagation);
      shop.shop().awaitRolledOut();
      Await.until("one version is left", SOON, () -> shop.pods().size() == 4);
      assertThat(shop.shop().served()).contains("v2");
      assertThat(shop.leaveAndCountLost()).isZero();
      assertThat(shop.extras()).isEmpty();
      assertThat(ingresses(shop)).containsExactly(Shop.NAME);
      assertThat(ingress(shop)).isEqualTo(users);
    }
  }

  private static ReleasedShop open(String namespace) {
    return ReleasedShop.open(cluster.kubelab(), edge.orElseThrow(), namespace);
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

  private static List<String> ingresses(ReleasedShop shop) {
    return shop
        .shop()
        .developer()
        .network()
        .v1()
        .ingresses()
        .inNamespace(shop.namespace())
        .list()
        .getItems()
        .stream()
        .map(i -> i.getMetadata().getName())
        .toList();
  }
}
