package dev.sluice.e2e;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shop's releases on a real cluster, told line by line: a good version, a bad one, and Sluice
 * taken away again.
 */
public final class DemoOnCluster {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 5, min: 5s, max: 10s }
            - { name: half, weight: 50, min: 5s, max: 10s }
          bake: 5s
      drain: 2s
      keepWarm: 5s
      analysis: { arm: Always }
      """;

  private DemoOnCluster() {}

  /** As root, after {@code make cluster}; exit code 1 if it does not end as it should. */
  public static void main(String[] args) throws Exception {
    say("A Kubernetes starts on this machine, with Contour and Envoy as its gateway.");
    try (Kubelab cluster = Kubelab.start(Kubelab.Options.SMALL)) {
      cluster.loadOrderService();
      try (Gateway gateway = Gateway.start(cluster);
          SluiceOnCluster sluice = SluiceOnCluster.start(cluster, gateway)) {
        say("Sluice is installed; its admission policies are proven to work here.");
        if (!releases(sluice)) {
          System.exit(1);
        }
      }
    }
  }

  private static boolean releases(SluiceOnCluster sluice) {
    try (ReleasedShop shop = sluice.open("shop")) {
      Map<String, Object> before = shop.written();
      Set<String> pods = shop.pods();
      say("v1 of the order service serves with %d pods.", pods.size());
      shop.comeUsers(200);
      say("Users come, 200 requests/s, half of them on fresh connections.");
      shop.adopt(SPEC);
      say("A ReleasePolicy was applied; the pods are %s.", same(shop.pods().equals(pods)));
      shop.shop().deploy(Edition.of("v2"));
      say("v2 is applied.");
      tell(shop, 1);
      Set<String> judged = shop.pinned();
      Await.until("only v2 is left", PATIENCE, () -> shop.pods().equals(judged));
      say("v2's own pods, those that were judged, are the Deployment's now.");
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      say("v3 is applied: a third of its answers are errors.");
      tell(shop, 2);
      say("The pods are %s.", same(shop.pods().equals(judged)));
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReady();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      Map<String, Object> after = shop.written();
      // It asks for v2 now.
      before.remove("Deployment spec");
      after.remove("Deployment spec");
      say("The policy was deleted; what its developers wrote is %s.", same(after.equals(before)));
      Accounts accounts = shop.leave().values().iterator().next();
      say(
          "demo: v2 %s, v3 %s, requests %d, lost %d, hurt by v3 %d",
          shop.phase(1), shop.phase(2), accounts.sent(), accounts.lost(), accounts.badBy("v3"));
      return shop.phase(1).equals("Succeeded")
          && shop.phase(2).equals("Aborted")
          && accounts.lost() == 0;
    }
  }

  private static void tell(ReleasedShop shop, int release) {
    int[] told = {0};
    Await.until(
        "the release has ended",
        PATIENCE,
        () -> {
          boolean ended = shop.ended(release);
          List<String> decisions = shop.decisions(release);
          decisions.subList(told[0], decisions.size()).forEach(d -> say("  %s", d));
          told[0] = decisions.size();
          return ended;
        });
    say("  %s.", shop.phase(release));
  }

  private static String same(boolean same) {
    return same ? "the same" : "NOT the same";
  }

  private static void say(String what, Object... parts) {
    System.out.printf(
        "%s %s%n",
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
        what.formatted(parts));
  }
}
