package dev.sluice.bench;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Response;
import dev.sluice.e2e.Users;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long a way back takes on a real cluster: from the moment when the API server has accepted an
 * abort to the last response of the candidate, real gateway, real pods, 200 requests/s, half of
 * them on fresh connections. One line a run, then the quantiles.
 *
 * <p>Arguments: {@code ROUTE} (a canary at 50 %, taken back by its route) or {@code FLIP} (a
 * blue-green that has flipped, taken back by the pin; callers of the Service's address), and how
 * many runs, after five that are told and not counted. As root; {@code make cluster} has built what
 * it needs.
 */
public final class WayBackBench {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** The first releases of a process run in code that is not compiled yet. */
  private static final int COLD = 5;

  private static final String CANARY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy: { canary: { stages: [{ name: half, weight: 50, min: 10m }] } }
      drain: 1s
      analysis: { arm: Always }
      """;
  private static final String BLUE_GREEN =
      """
      strategy: { blueGreen: { validate: 1s, bake: 10m } }
      drain: 1s
      analysis: { arm: Always }
      """;

  private WayBackBench() {}

  public static void main(String[] args) throws Exception {
    String kind = args.length > 0 ? args[0] : "ROUTE";
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 30;
    boolean route = kind.equals("ROUTE");
    BenchedShop.open(
        "way-back",
        shop -> (route ? shop.users() : shop.callers()).fresh(100).kept(100),
        opened -> {
          opened.shop().adopt(route ? CANARY : BLUE_GREEN);
          measure(kind, runs, route, opened.shop(), opened.users());
        });
  }

  private static void measure(
      String kind, int runs, boolean route, ReleasedShop shop, Users users) {
    double[] fresh = new double[COLD + runs];
    double[] kept = new double[COLD + runs];
    for (int i = 0; i < COLD + runs; i++) {
      shop.shop().deploy(Edition.of("v2").round(i + 1));
      awaitCandidate(shop, users, i + 1, route);
      shop.command("Abort", i + 1);
      Instant accepted = Instant.now();
      shop.awaitEnd(i + 1);
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
      Accounts since = users.accounts().since(accepted.minusSeconds(5));
      fresh[i] = last(since.fresh(), accepted);
      kept[i] = last(since.kept(), accepted);
      System.out.printf(
          Locale.ROOT,
          "%s, run %d%s: fresh connections %.0f ms, kept ones %.0f ms%n",
          kind,
          i + 1,
          i < COLD ? " (cold, told and not counted)" : "",
          fresh[i],
          kept[i]);
    }
    fresh = Arrays.copyOfRange(fresh, COLD, fresh.length);
    kept = Arrays.copyOfRange(kept, COLD, kept.length);
    Accounts all = users.leave();
    System.out.printf(
        Locale.ROOT,
        "%s, %d runs: fresh connections p50 %.0f ms, p99 %.0f ms, most %.0f ms; kept ones p50 %.0f ms,"
            + " most %.0f ms; %d lost of %d (%d on kept connections)%n",
        kind,
        runs,
        Quantile.of(fresh, 0.5),
        Quantile.of(fresh, 0.99),
        Quantile.of(fresh, 1),
        Quantile.of(kept, 0.5),
        Quantile.of(kept, 1),
        all.lost(),
        all.sent(),
        all.kept().lost());
  }

  private static void awaitCandidate(ReleasedShop shop, Users users, int release, boolean route) {
    if (route) {
      shop.awaitStage(release, "half");
    } else {
      shop.awaitPhase(release, "Baking");
    }
    Instant from = Instant.now();
    Await.until(
        "the candidate answers",
        SOON,
        () -> users.accounts().since(from).fresh().answeredBy("v2") > 100);
  }

  /**
   * @return ms from then to the end of the candidate's last answer; 0: it gave none
   */
  private static double last(Accounts accounts, Instant from) {
    return accounts.responses().stream()
        .filter(r -> r.answered() && r.version().equals("v2"))
        .map(Response::over)
        .filter(over -> over.isAfter(from))
        .mapToDouble(over -> Duration.between(from, over).toNanos() / 1e6)
        .max()
        .orElse(0);
  }
}
