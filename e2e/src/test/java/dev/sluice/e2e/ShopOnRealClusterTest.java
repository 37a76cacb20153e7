package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plain Kubernetes without Sluice: what the users of a scenario say can be believed. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class ShopOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private Shop shop;

  @BeforeEach
  void open() {
    shop = Shop.open(cluster.kubelab(), cluster.gateway());
    shop.serve(Edition.of("v1"));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void a_native_rolling_update_is_seen_by_everybody_and_every_request_is_accounted_for() {
    Users users = cluster.bring(shop.users().fresh(100).kept(100));
    Users callers = cluster.bring(shop.callers().fresh(10).kept(40));
    Await.until("v1 answers", PATIENCE, () -> users.accounts().answeredBy("v1") > 400);
    shop.deploy(Edition.of("v2"));
    shop.awaitRolledOut();
    Await.until("20 s of users", PATIENCE, () -> users.accounts().sent() > 4000);

    for (Users some : List.of(users, callers)) {
      Accounts accounts = left(some);
      assertThat(accounts.inFlight()).isZero();
      assertThat(accounts.dropped()).isZero();
      assertThat(accounts.answered() + accounts.lost()).isEqualTo(accounts.sent());
      assertThat(accounts.fresh().sent() + accounts.kept().sent()).isEqualTo(accounts.sent());
      assertThat(accounts.versions()).containsOnlyKeys("v1", "v2");
      assertThat(accounts.seconds().getFirst().share("v1")).isEqualTo(1);
      assertThat(accounts.seconds().getLast().share("v2")).isEqualTo(1);
    }
    assertThat(shop.served()).contains("v2");
  }

  @Test
  void a_split_of_ninety_to_ten_is_seen_as_such() {
    beside("v2");
    shop.apply(split(90, 10));
    Await.until("the split is served", PATIENCE, () -> shop.served().equals(Optional.of("v2")));

    Users users = cluster.bring(shop.users().fresh(50).kept(200));
    // Each request is a throw of dice: of 10,000 one point is more than three standard deviations.
    Await.until("10,000 answers", PATIENCE, () -> users.accounts().answered() >= 10_000);
    Accounts accounts = left(users);
    assertThat(accounts.lost()).isZero();
    assertThat(accounts.share("v2")).isBetween(0.09, 0.11);
  }

  @Test
  void the_gateways_own_503_is_the_systems_and_a_pods_500_the_versions() {
    shop.serve(Edition.of("v2").configured("ERRORS", 0.5));
    Users ofV2 = cluster.bring(shop.users().fresh(50).kept(50));
    Await.until("v2 fails", PATIENCE, () -> ofV2.accounts().badBy("v2") > 100);
    assertThat(left(ofV2).lost()).isZero();

    shop.developer().apps().deployments().inNamespace(Shop.NAMESPACE).withName(Shop.NAME).scale(0);
    Await.until("no pod answers", PATIENCE, () -> shop.served().isEmpty());
    Users ofNobody = cluster.bring(shop.users().fresh(50).kept(50));
    Await.until("requests are lost", PATIENCE, () -> ofNobody.accounts().lost() > 100);
    Accounts accounts = left(ofNobody);
    assertThat(accounts.answered()).isZero();
    assertThat(accounts.losses()).containsOnlyKeys("503 by no pod");
  }

  /** The accounts when the last of them is over; printed, for they are what a reader wants. */
  private static Accounts left(Users users) {
    Accounts accounts = users.leave();
    System.out.println("fresh: " + accounts.fresh());
    System.out.println("kept:  " + accounts.kept());
    return accounts;
  }

  /** That version by a Deployment and a Service of its own. */
  private void beside(String version) {
    Map<String, String> labels = Map.of("app", "order-service-candidate");
    Deployment plain = shop.deployment();
    Deployment beside =
        new DeploymentBuilder(plain)
            .withNewMetadata()
            .withNamespace(Shop.NAMESPACE)
            .withName("order-service-candidate")
            .endMetadata()
            .withStatus(null)
            .editSpec()
            .withReplicas(2)
            .withNewSelector()
            .withMatchLabels(labels)
            .endSelector()
            .editTemplate()
            .editMetadata()
            .withLabels(labels)
            .endMetadata()
            .editSpec()
            .editFirstContainer()
            .withImage("sluice.local/order-service:" + version)
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    Service service =
        new ServiceBuilder()
            .withNewMetadata()
            .withNamespace(Shop.NAMESPACE)
            .withName("order-service-candidate")
            .endMetadata()
            .withNewSpec()
            .withSelector(labels)
            .addNewPort()
            .withPort(80)
            .withTargetPort(new IntOrString("http"))
            .endPort()
            .endSpec()
            .build();
    shop.apply(service);
    shop.apply(beside);
    Await.until(
        "the Deployment beside is rolled out",
        PATIENCE,
        () -> Shop.rolledOut(shop.developer().resource(beside).require()));
  }

  private HTTPRoute split(int stable, int candidate) {
    HTTPRoute route =
        shop.developer()
            .resources(HTTPRoute.class)
            .inNamespace(Shop.NAMESPACE)
            .withName(Shop.NAME)
            .require();
    return new HTTPRouteBuilder(route)
        .editMetadata()
        .withManagedFields()
        .endMetadata()
        .withStatus(null)
        .editSpec()
        .editFirstRule()
        .withBackendRefs()
        .addNewBackendRef()
        .withName(Shop.NAME)
        .withPort(80)
        .withWeight(stable)
        .endBackendRef()
        .addNewBackendRef()
        .withName("order-service-candidate")
        .withPort(80)
        .withWeight(candidate)
        .endBackendRef()
        .endRule()
        .endSpec()
        .build();
  }
}
