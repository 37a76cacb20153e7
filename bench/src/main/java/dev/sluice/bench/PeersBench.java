package dev.sluice.bench;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Gateway;
import dev.sluice.e2e.Kubelab;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Response;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.e2e.Users;
import dev.sluice.e2e.gitops.ForeignWriter;
import dev.sluice.e2e.gitops.Writer;
import dev.sluice.watch.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What was measured of Flagger and Argo Rollouts, measured of Sluice: a shop of four pods behind
 * Contour and Envoy, 200 requests/s, half of them on fresh connections, stages of 5 and 50 % for
 * ten seconds each. Prints one row of a table for each case; one run each. As root; {@code make
 * cluster} has built what it needs.
 */
public final class PeersBench {
  private static final Duration WITHOUT = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final double RATE = 200;
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: few, weight: 5, min: 10s, max: 10s }
            - { name: half, weight: 50, min: 10s, max: 10s }
          bake: 1s
      drain: 1s
      keepWarm: 1s
      analysis: { arm: Always }
      """;

  private PeersBench() {}

  public static void main(String[] args) throws Exception {
    System.out.println("| case | Sluice |\n| --- | --- |");
    try (Kubelab cluster = Kubelab.start(Kubelab.Options.SMALL)) {
      cluster.loadOrderService();
      try (Gateway gateway = Gateway.start(cluster)) {
        try (SluiceOnCluster sluice = SluiceOnCluster.start(cluster, gateway);
            ReleasedShop shop = sluice.open("peers")) {
          releases(sluice, shop);
        }
        withoutOperator(cluster, gateway);
      }
    }
  }

  private static void releases(SluiceOnCluster sluice, ReleasedShop shop) {
    shop.breaks("lost"); // counted here
    Users users = shop.comeUsers(RATE);
    Set<String> first = shop.pods();
    Instant began = Instant.now();
    shop.adopt(SPEC);
    row(
        "adopt a live Deployment",
        "%d pods made anew, %s",
        started(shop, first),
        lost(users, began));

    Map<String, Integer> asked = sluice.requests();
    Instant good = Instant.now();
    shop.shop().deploy(Edition.of("v2"));
    expect(shop, 1, "Succeeded");
    row(
        "good release 5 → 50 → 100 %",
        "%d s, %d pods started, %s",
        Duration.between(good, Instant.now()).toSeconds(),
        started(shop, first),
        lost(users, good));
    row("API writes of a good release", "%s", writes(sluice.requestsSince(asked)));
    shop.awaitReady();

    row("bad release (a third of answers fail)", "%s", bad(shop, users, 2, shop.shop()::deploy));
    shop.shop().deploy(Edition.of("v2"));
    shop.awaitReady();

    try (ForeignWriter git =
        ForeignWriter.of(shop.shop(), Writer.FORCED_APPLY, Edition.of("v2"), "")) {
      git.begin();
      Instant forced = Instant.now();
      git.push(Edition.of("v1"));
      String few = share(shop, users, "few", "5%");
      String half = share(shop, users, "half", "50%");
      expect(shop, 3, "Succeeded");
      row(
          "the user's manifests applied by force each second",
          "5 %% are %s, 50 %% are %s, %s",
          few,
          half,
          lost(users, forced));
      shop.awaitReady();
      row("bad release under forced applies", "%s", bad(shop, users, 4, git::push));
      git.push(Edition.of("v1"));
      shop.awaitReady();
    }
    users.leave();
  }

  private static void withoutOperator(Kubelab cluster, Gateway gateway) {
    Path folder = Path.of("target", "bench", "peers");
    try (OperatorProcess operator =
            new OperatorProcess(cluster, gateway, "dev.sluice.cli.Main", folder);
        ReleasedShop shop = ReleasedShop.open(cluster, gateway, "peers-killed")) {
      shop.breaks("lost", "told"); // while nobody is there who could tell
      operator.start();
      shop.adopt(SPEC);
      Users users = shop.comeUsers(RATE);
      Instant began = Instant.now();
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      String memory = memory(operator.pid());
      operator.kill();
      Instant dead = Instant.now();
      LockSupport.parkNanos(WITHOUT.toNanos());
      long changed = writes(shop.versions(), dead);
      Instant starts = Instant.now();
      operator.start();
      Await.until("it goes on", SOON, () -> decides(shop.versions(), starts));
      Duration after = Duration.between(starts, Instant.now());
      expect(shop, 1, "Succeeded");
      row(
          "controller killed for 60 s",
          "%d writes meanwhile, goes on %.1f s after the start, %s",
          changed,
          after.toMillis() / 1e3,
          lost(users, began));
      row("memory, busy", "%s", memory);
      users.leave();
    }
  }

  private static String bad(ReleasedShop shop, Users users, int release, Consumer<Edition> push) {
    Instant from = Instant.now();
    push.accept(Edition.of("v3").with("ERRORS", 0.333).round(release));
    expect(shop, release, "Aborted");
    List<Response> harmed = users.accounts().since(from).harmed();
    Duration over = Duration.between(harmed.getFirst().over(), harmed.getLast().over());
    return "%d failed over %.1f s, %s"
        .formatted(harmed.size(), over.toMillis() / 1e3, lost(users, from));
  }

  /**
   * What the candidate got while it was in that stage, once the gateway had been seen to follow.
   */
  private static String share(ReleasedShop shop, Users users, String stage, String weight) {
    shop.awaitStage(3, stage);
    Await.until("it has its weight", SOON, () -> shop.ofPolicy("weight").equals(weight));
    Instant from = Instant.now().plusSeconds(1);
    Await.until(
        "the stage has run for eight seconds",
        SOON,
        () -> Instant.now().isAfter(from.plusSeconds(8)));
    Accounts all = users.accounts().since(from).before(from.plusSeconds(7));
    return "%.1f %%".formatted(100 * all.share("v1"));
  }

  private static long started(ReleasedShop shop, Set<String> before) {
    Set<String> pods = new HashSet<>(shop.pods());
    pods.removeAll(before);
    return pods.size();
  }

  private static String lost(Users users, Instant since) {
    Accounts all = users.accounts().since(since);
    return "%,d of %,d lost".formatted(all.lost(), all.sent());
  }

  private static String writes(Map<String, Integer> asked) {
    int events =
        asked.entrySet().stream()
            .filter(e -> e.getKey().endsWith(" events"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    return "%d, of them %d events".formatted(SluiceOnCluster.writes(asked), events);
  }

  /** What anybody wrote in the namespace since then: a watch tells within a second. */
  private static long writes(List<Version> versions, Instant since) {
    Instant told = since.plusSeconds(1);
    return versions.stream().filter(v -> v.at().isAfter(told)).count();
  }

  private static boolean decides(List<Version> versions, Instant since) {
    return versions.stream()
        .anyMatch(v -> v.at().isAfter(since) && v.kind().equals("ReleasePolicy"));
  }

  /** Resident memory of the operator's process. */
  private static String memory(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .map(kb -> "%d MB".formatted(Long.parseLong(kb) / 1024))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expect(ReleasedShop shop, int release, String end) {
    String ended = shop.awaitEnd(release);
    if (!ended.equals(end)) {
      throw new IllegalStateException("Release %d ended as %s.".formatted(release, ended));
    }
  }

  private static void row(String name, String format, Object... figures) {
    System.out.printf("| %s | %s |%n", name, String.format(Locale.ROOT, format, figures));
  }
}
