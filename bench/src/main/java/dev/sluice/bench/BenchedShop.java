package dev.sluice.bench;

import dev.sluice.e2e.Gateway;
import dev.sluice.e2e.Kubelab;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Shop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.e2e.Users;
import java.util.function.Consumer;
import java.util.function.Function;

/** A shop on a real cluster with a real gateway, and its users: what is measured there. */
record BenchedShop(SluiceOnCluster sluice, ReleasedShop shop, Users users) {
  /**
   * @param plan who comes, from when the shop serves v1; nobody has adopted it
   */
  static void open(
      String namespace, Function<Shop, Users.Plan> plan, Consumer<BenchedShop> measured)
      throws Exception {
    try (Kubelab cluster = Kubelab.start(Kubelab.Options.SMALL)) {
      cluster.loadOrderService();
      try (Gateway gateway = Gateway.start(cluster);
          SluiceOnCluster sluice = SluiceOnCluster.start(cluster, gateway);
          ReleasedShop shop = sluice.open(namespace)) {
        // Counted here, and no reason to throw the figures away.
        shop.breaks("lost");
        Users users = shop.come("users", plan.apply(shop.shop()));
        measured.accept(new BenchedShop(sluice, shop, users));
      }
    }
  }
}
