package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.watch.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A world that does not change is not written to, wherever a release stands still; {@code
 * -Dsluice.quiet=300}: for so many seconds.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(900)
class QuietTest {
  private static final Duration QUIET = Duration.ofSeconds(Long.getLong("sluice.quiet", 60));
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** What is still on its way when a release comes to stand: pods end, gateways hear. */
  private static final Duration SETTLES = Duration.ofSeconds(15);

  /**
   * How often a release that runs remembers its evidence, so that the next process has it, and
   * tells it in its own object.
   */
  private static final Duration REMEMBERS = Duration.ofSeconds(30);

  private static final double RATE = 20;
  private static final String ROUTED =
      "route: { gateway: { httpRoutes: [{ name: order-service }] } }\n";
  private static final String COMMON = "drain: 1s\nanalysis: { arm: Always }\n";

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  /** Where a shop stands still. */
  private enum Rest {
    BETWEEN_RELEASES("{ name: half, weight: 50 }", "4s", false) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitReady();
      }
    },
    APPROVAL_BEFORE_TRAFFIC("{ name: half, weight: 50, approve: Before }", "4s", true) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitReason(1, "approval");
      }
    },
    PAUSED_IN_A_STAGE("{ name: half, weight: 50, min: 1h, max: 2h }", "4s", true) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitStage(1, "half");
        shop.command("Pause", 1);
        shop.awaitReason(1, "paused");
      }
    },
    APPROVAL_AFTER_A_STAGE(
        "{ name: half, weight: 50, min: 2s, max: 4s, approve: After }", "4s", true) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitReason(1, "approval");
      }
    },
    BAKING("{ name: half, weight: 50, min: 2s, max: 4s }", "1h", true) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitReason(1, "observing");
        shop.awaitPhase(1, "Baking");
      }
    },
    ABORTED_AND_HELD("{ name: half, weight: 50, min: 1h, max: 2h }", "4s", false) {
      @Override
      void awaited(ReleasedShop shop) {
        shop.awaitStage(1, "half");
        shop.command("Abort", 1);
        assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      }
    },
    KEPT_WARM("{ name: half, weight: 50, min: 2s, max: 4s }", "2s", false) {
      @Override
      void awaited(ReleasedShop shop) {
        assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
        shop.awaitReady();
      }
    };

    private final String stage;
    private final String bake;
    private final boolean runs;

    Rest(String stage, String bake, boolean runs) {
      this.stage = stage;
      this.bake = bake;
      this.runs = runs;
    }

    /** It stands there when this returns. */
    abstract void awaited(ReleasedShop shop);

    String spec() {
      return ROUTED
          + COMMON
          + "strategy: { canary: { stages: [%s], bake: %s } }%nkeepWarm: 1h%n"
              .formatted(stage, bake);
    }

    String namespace() {
      return "quiet-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Test
  void nothing_is_written_where_nothing_changes() {
    Map<Rest, ReleasedShop> shops = new EnumMap<>(Rest.class);
    try {
      for (Rest rest : Rest.values()) {
        ReleasedShop shop = cluster.open(rest.namespace());
        shops.put(rest, shop);
        shop.adopt(rest.spec());
        shop.comeUsers(RATE);
        if (rest != Rest.BETWEEN_RELEASES) {
          shop.shop().deploy(Edition.of("v2"));
        }
      }
      shops.forEach(Rest::awaited);
      pass(SETTLES);
      Map<String, Integer> asked = cluster.sluice().requests();
      Instant from = Instant.now();
      pass(QUIET);
      Instant to = Instant.now();
      Map<String, Integer> more = new TreeMap<>(cluster.sluice().requests());
      asked.forEach((what, times) -> more.merge(what, -times, Integer::sum));
      more.values().removeIf(times -> times == 0);
      System.out.printf("quiet for %d s; the operator asked %s%n", QUIET.toSeconds(), more);
      List<String> wrong = new ArrayList<>();
      shops.forEach((rest, shop) -> judge(rest, shop, from, to, wrong));
      assertThat(wrong).as("writes to a world that does not change").isEmpty();
      for (ReleasedShop shop : shops.values()) {
        assertThat(shop.leaveAndCountLost()).isZero();
      }
    } finally {
      shops.values().forEach(ReleasedShop::close);
    }
  }

  /** Nothing is waited for: the world is left alone for so long. */
  private static void pass(Duration time) {
    Instant end = Instant.now().plus(time);
    Await.until("that time has passed", time.plus(PATIENCE), () -> Instant.now().isAfter(end));
  }

  private static void judge(
      Rest rest, ReleasedShop shop, Instant from, Instant to, List<String> wrong) {
    List<Version> all = shop.versions();
    Map<String, Long> written =
        all.stream()
            .filter(v -> v.at().isAfter(from) && v.at().isBefore(to))
            .collect(
                Collectors.groupingBy(
                    v ->
                        v.kind()
                            + " "
                            + v.name()
                            + (isSeen(v, all) ? "" : ", and nobody sees a difference"),
                    TreeMap::new,
                    Collectors.counting()));
    System.out.printf("%s, %s: %s%n", rest, shop.ofPolicy("reason"), written);
    written.forEach(
        (what, times) -> {
          boolean remembers = rest.runs && what.matches("(ReleasePolicy|Release) .*");
          if (!remembers || times > QUIET.dividedBy(REMEMBERS) + 1) {
            wrong.add("%s: %d times %s".formatted(rest, times, what));
          }
        });
  }

  /** Whether something is different from the version before that is no state of the operator's. */
  private static boolean isSeen(Version version, List<Version> all) {
    return all.stream()
        .filter(v -> v.kind().equals(version.kind()) && v.name().equals(version.name()))
        .filter(v -> v.revision() < version.revision())
        .reduce((a, b) -> b)
        .filter(before -> seen(before.object()).equals(seen(version.object())))
        .isEmpty();
  }

  private static JsonNode seen(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    if (copy.path("status") instanceof ObjectNode status) {
      status.remove("state");
    }
    ((ObjectNode) copy.path("metadata")).remove(List.of("resourceVersion", "managedFields"));
    return copy;
  }
}
