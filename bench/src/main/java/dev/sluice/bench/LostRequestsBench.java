package dev.sluice.bench;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How many requests a release costs on a real cluster, real gateway, real pods, 200 requests/s,
 * half of them on fresh connections: a whole canary and a whole blue-green from adopting to
 * leaving, and an abort by hand from each stage. One line each, and one for what the canary asked
 * of the API server.
 *
 * <p>As root; {@code make cluster} has built what it needs.
 */
public final class LostRequestsBench {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String PACE = "drain: 1s\nkeepWarm: 3s\nanalysis: { arm: Always }\n";
  private static final String CANARY =
      PACE
          + """
          route: { gateway: { httpRoutes: [{ name: order-service }] } }
          strategy:
            canary:
              stages:
                - { name: pre-heat, weight: 1, min: 3s, max: 8s }
                - { name: small, weight: 5, min: 3s, max: 8s }
                - { name: part, weight: 20, min: 3s, max: 8s }
                - { name: half, weight: 50, min: 3s, max: 8s }
                - { name: full, weight: 100, min: 3s, max: 8s }
              bake: BAKE
          """;
  private static final String BLUE_GREEN =
      PACE
          + """
          route: { gateway: { httpRoutes: [{ name: order-service }] } }
          strategy: { blueGreen: { validate: 5s, bake: 8s } }
          """;

  private LostRequestsBench() {}

  public static void main(String[] args) throws Exception {
    whole("canary", CANARY.replace("BAKE", "5s"), LostRequestsBench::succeedsAndAsks);
    whole("blue-green", BLUE_GREEN, opened -> succeeds(opened.shop()));
    whole("aborts", CANARY.replace("BAKE", "5m"), opened -> abortedEverywhere(opened.shop()));
  }

  private static void whole(String name, String spec, Consumer<BenchedShop> released)
      throws Exception {
    BenchedShop.open(
        name,
        shop -> shop.users().fresh(100).kept(100),
        opened -> {
          opened.shop().adopt(spec);
          released.accept(opened);
          opened.shop().removePolicy(DeletionPropagation.BACKGROUND);
          Accounts all = opened.users().leave();
          System.out.printf(
              Locale.ROOT,
              "%s: lost on fresh connections %d of %d, on kept ones %d of %d%n",
              name,
              all.fresh().lost(),
              all.fresh().sent(),
              all.kept().lost(),
              all.kept().sent());
        });
  }

  /** And says what the release asked of the API server. */
  private static void succeedsAndAsks(BenchedShop opened) {
    Map<String, Integer> before = opened.sluice().requests();
    succeeds(opened.shop());
    Map<String, Integer> asked = opened.sluice().requestsSince(before);
    int writes = SluiceOnCluster.writes(asked);
    System.out.printf(
        Locale.ROOT,
        "a release of five stages asks the API server to read %d and to write %d times: %s%n",
        asked.values().stream().mapToInt(Integer::intValue).sum() - writes,
        writes,
        asked);
  }

  private static void succeeds(ReleasedShop shop) {
    shop.shop().deploy(Edition.of("v2"));
    ended(shop, 1, "Succeeded");
    Await.until("v2's pods alone are left", SOON, () -> shop.pods().size() == 4);
  }

  private static void abortedEverywhere(ReleasedShop shop) {
    int release = 0;
    for (String where :
        List.of("Preparing", "pre-heat", "small", "part", "half", "full", "Baking")) {
      release++;
      shop.shop().deploy(Edition.of("v2").round(release));
      shop.awaitAt(release, where);
      shop.command("Abort", release);
      ended(shop, release, "Aborted");
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
    }
  }

  private static void ended(ReleasedShop shop, int release, String expected) {
    String end = shop.awaitEnd(release);
    if (!end.equals(expected)) {
      throw new IllegalStateException("Release %d ended as %s.".formatted(release, end));
    }
  }
}
