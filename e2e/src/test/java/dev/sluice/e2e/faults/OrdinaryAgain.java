package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubectl;
import dev.sluice.e2e.ReleasedShop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A shop that Sluice has left, however that came about.
 *
 * @param before what its developers had written before the policy came
 */
public record OrdinaryAgain(ReleasedShop shop, Map<String, Object> before) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REPLICAS = 4;

  /**
   * A person does what Sluice never would: rolls out what was held, takes pins away from two
   * versions, keeps nothing warm. And nobody tells of it.
   */
  public static void leftByHand(ReleasedShop shop) {
    shop.breaks("held", "10", "3", "told");
  }

  /**
   * That version serves alone, nothing of Sluice is there, nothing is held, nobody lost anything.
   */
  public void assertLeftTo(String version) {
    shop.shop().awaitRolledOut();
    Await.until("one version is left", PATIENCE, () -> shop.pods().size() == REPLICAS);
    assertThat(shop.shop().served()).contains(version);
    assertThat(shop.extras()).isEmpty();
    assertThat(
            Kubectl.admin(shop.shop().cluster(), shop.namespace())
                .run("get", "replicasets", "-l", "sluice.dev/policy", "-o", "name"))
        .as("sets beside the Deployment")
        .isEmpty();
    Map<String, Object> after = shop.written();
    after.remove("Deployment spec");
    Map<String, Object> wanted = new HashMap<>(before);
    wanted.remove("Deployment spec");
    assertThat(after).as("as its developers wrote it").isEqualTo(wanted);
    shop.shop().deploy(Edition.of("v3"));
    shop.shop().awaitRolledOut();
    assertThat(shop.shop().served()).as("it rolls by itself").contains("v3");
    assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
  }
}
