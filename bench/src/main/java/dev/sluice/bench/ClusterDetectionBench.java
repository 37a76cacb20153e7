package dev.sluice.bench;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Response;
import dev.sluice.e2e.Users;
import dev.sluice.e2e.gitops.ForeignWriter;
import dev.sluice.e2e.gitops.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long users are hurt on a real cluster: seconds from the first bad response of a bad version
 * to the last, real gateway, real pods, 200 requests/s, half of them on fresh connections. One line
 * a run, then the median.
 *
 * <p>Arguments: share of the requests that fail, 0..1; the stage's weight in per cent; runs; for
 * how many seconds stable is watched before the first release; and {@code FORCED}: all manifests
 * are applied by force each second by kubectl ({@link Writer#FORCED_APPLY}). As root; {@code make
 * cluster} has built what it needs.
 */
public final class ClusterDetectionBench {
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy: { canary: { stages: [{ name: first, weight: WEIGHT, min: 10m }] } }
      drain: 1s
      analysis: { arm: Always }
      """;

  private ClusterDetectionBench() {}

  public static void main(String[] args) throws Exception {
    double failing = args.length > 0 ? Double.parseDouble(args[0]) : 0.5;
    String weight = args.length > 1 ? args[1] : "1";
    int runs = args.length > 2 ? Integer.parseInt(args[2]) : 30;
    Duration history = Duration.ofSeconds(args.length > 3 ? Integer.parseInt(args[3]) : 120);
    boolean forced = args.length > 4 && args[4].equals("FORCED");
    BenchedShop.open(
        "detection",
        shop -> shop.users().fresh(100).kept(100),
        opened -> {
          ReleasedShop shop = opened.shop();
          shop.adopt(SPEC.replace("WEIGHT", weight));
          LockSupport.parkNanos(history.toNanos());
          if (!forced) {
            measure(failing, weight, runs, shop, opened.users(), shop.shop()::deploy);
            return;
          }
          try (ForeignWriter git =
              ForeignWriter.of(shop.shop(), Writer.FORCED_APPLY, Edition.of("v1"), "")) {
            git.begin();
            measure(failing, weight, runs, shop, opened.users(), git::push);
          }
        });
  }

  private static void measure(
      double failing,
      String weight,
      int runs,
      ReleasedShop shop,
      Users users,
      Consumer<Edition> push) {
    double[] seconds = new double[runs];
    double[] hurt = new double[runs];
    for (int i = 0; i < runs; i++) {
      Instant from = Instant.now();
      push.accept(Edition.of("v3").with("ERRORS", failing).round(i + 1));
      String ended = shop.awaitEnd(i + 1);
      if (!ended.equals("Aborted")) {
        throw new IllegalStateException("Run %d ended as %s.".formatted(i + 1, ended));
      }
      push.accept(Edition.of("v1"));
      shop.awaitReady();
      List<Response> bad = users.accounts().since(from).harmed();
      seconds[i] =
          Duration.between(bad.getFirst().over(), bad.getLast().over()).toMillis() / 1000.0;
      hurt[i] = bad.size();
      System.out.printf(Locale.ROOT, "run %d: %.1f s, %d hurt%n", i + 1, seconds[i], bad.size());
    }
    Accounts all = users.leave();
    System.out.printf(
        Locale.ROOT,
        "%.2f failing at %s %%, %d runs: median %.1f s (%.1f to %.1f), median %.0f hurt (%.0f to %.0f);"
            + " lost by the system %d of %d%n",
        failing,
        weight,
        runs,
        Quantile.of(seconds, 0.5),
        Quantile.of(seconds, 0),
        Quantile.of(seconds, 1),
        Quantile.of(hurt, 0.5),
        Quantile.of(hurt, 0),
        Quantile.of(hurt, 1),
        all.lost(),
        all.sent());
  }
}
