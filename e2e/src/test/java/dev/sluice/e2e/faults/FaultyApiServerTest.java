package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Shop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.watch.Version;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator asks an API server that is not well. Whatever happens between the two, users lose
 * nothing, a good version ends Succeeded and a bad one Aborted, and nothing is done twice.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(3600) // every wait in it has a deadline of its own
class FaultyApiServerTest {
  private static final long SEED = Long.getLong("sluice.seed", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** How long the API server is gone. */
  private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("sluice.outage", 120));

  /** How long the operator is gone; ten minutes: {@code -Dsluice.operator.gone=600}. */
  private static final Duration ABSENCE =
      Duration.ofSeconds(Long.getLong("sluice.operator.gone", 60));

  /** The watcher's own limit, for what is seen late. */
  private static final Duration NOTICED = Duration.ofSeconds(15);

  /** Within that after its cause is over, a release goes on. */
  private static final Duration AGAIN = Duration.ofSeconds(3);

  private static final int REPLICAS = 4;
  private static final double RATE = 50;
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 4s, max: 10s }
            - { name: half, weight: 50, min: 4s, max: 10s }
          bake: 4s
      drain: 1s
      keepWarm: 2s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static ApiServerProxy proxy;
  private static OperatorProcess operator;

  @BeforeAll
  static void start() throws InterruptedException {
    System.out.println("seed " + SEED);
    SluiceOnCluster.install(cluster.kubelab());
    proxy = ApiServerProxy.before(cluster.kubelab().admin().getConfiguration(), SEED);
    operator =
        new OperatorProcess(
            cluster.kubelab(),
            cluster.gateway(),
            "dev.sluice.cli.Main",
            Path.of("target", "e2e", "faulty-api-server"),
            proxy.url(),
            OperatorProcess.Surroundings.USUAL);
    operator.keep();
  }

  @AfterAll
  static void stop() {
    operator.close();
    proxy.close();
  }

  @Test
  void without_a_fault_all_is_well() {
    endure("well", Duration.ZERO);
  }

  @Test
  void a_fifth_of_the_writes_meets_a_conflict() {
    endure("conflict", PATIENCE, Fault.Answered.conflict(0.2));
  }

  @Test
  void a_fifth_is_told_to_come_again_in_a_second() {
    endure("busy", PATIENCE, Fault.Answered.tooMany(0.2, Duration.ofSeconds(1)));
  }

  @Test
  void a_fifth_fails() {
    endure("failing", PATIENCE, Fault.Answered.failed(500, 0.2));
  }

  @Test
  void a_fifth_is_unavailable() {
    endure("unavailable", PATIENCE, Fault.Answered.failed(503, 0.2));
  }

  @Test
  void one_in_twenty_is_never_answered() {
    endure("unanswered", PATIENCE, new Fault.Unanswered(0.05));
  }

  @Test
  @Tag("part")
  void a_third_of_the_writes_is_done_and_its_answer_lost() {
    endure("lost", PATIENCE, new Fault.AnswerLost(0.3));
  }

  @Test
  void every_answer_takes_half_a_second() {
    endure("slow", PATIENCE, new Fault.Slow(Duration.ofMillis(500)));
  }

  @Test
  void watches_end_after_five_events() {
    endure("cut", PATIENCE, new Fault.WatchesCut(5));
  }

  @Test
  void watches_end_each_second() {
    endure("short", PATIENCE, new Fault.WatchesShort(Duration.ofSeconds(1)));
  }

  @Test
  void watches_expire_each_three_seconds() {
    endure("expired", PATIENCE, new Fault.WatchesExpired(Duration.ofSeconds(3)));
  }

  @Test
  void events_come_two_seconds_late() {
    endure("late", PATIENCE, new Fault.EventsLate(Duration.ofSeconds(2)));
  }

  @Test
  void watches_stand_and_say_nothing_for_half_a_minute() {
    endure("silent", Duration.ofSeconds(30), new Fault.WatchesSilent());
  }

  /** What somebody else wrote meanwhile is found out by the conflict that it makes. */
  @Test
  void a_way_back_does_not_wait_for_watches_that_say_nothing() {
    try (ReleasedShop shop = cluster.open("deaf")) {
      shop.adopt(SPEC);
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      shop.awaitStage(1, "small");
      Instant began = Instant.now();
      proxy.set(new Fault.WatchesSilent());
      try {
        shop.awaitPhase(1, "Aborting");
        Instant decided = Instant.now();
        Await.until("nobody is sent to v3", PATIENCE, () -> weight(shop) == 0);
        System.out.printf(
            "decided after %d ms, nobody is sent there after %d ms more; %s%n",
            Duration.between(began, decided).toMillis(),
            Duration.between(decided, Instant.now()).toMillis(),
            troubles(shop));
        assertThat(Duration.between(decided, Instant.now())).isLessThan(AGAIN);
      } finally {
        proxy.clear();
      }
      assertThat(shop.awaitEnd(1)).as(said(shop)).isEqualTo("Aborted");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** Of the candidate, as the route has it now. */
  private static int weight(ReleasedShop shop) {
    return shop
        .shop()
        .developer()
        .resources(HTTPRoute.class)
        .inNamespace(shop.namespace())
        .withName(Shop.NAME)
        .require()
        .getSpec()
        .getRules()
        .stream()
        .flatMap(rule -> rule.getBackendRefs().stream())
        .filter(to -> to.getName().endsWith("-candidate"))
        .mapToInt(to -> to.getWeight() == null ? 1 : to.getWeight())
        .sum();
  }

  @Test
  void it_is_gone_for_seven_seconds_which_is_shorter_than_the_lease() {
    endure("short-gone", Duration.ofSeconds(7), new Fault.Gone());
  }

  @Test
  void everything_at_once() {
    endure(
        "storm",
        PATIENCE,
        Fault.Answered.conflict(0.1),
        Fault.Answered.tooMany(0.05, Duration.ofSeconds(1)),
        Fault.Answered.failed(500, 0.05),
        new Fault.AnswerLost(0.1),
        new Fault.Slow(Duration.ofMillis(50)),
        new Fault.WatchesShort(Duration.ofSeconds(5)),
        new Fault.EventsLate(Duration.ofMillis(200)));
  }

  /** In the middle of a release nobody can be asked anything. */
  @Test
  void while_it_is_gone_everything_stands_and_then_goes_on() {
    standsAndGoesOn(
        "gone",
        OUTAGE,
        () -> proxy.set(new Fault.Gone()),
        proxy::clear,
        "The operator says nothing of it");
  }

  @Test
  void while_the_operator_is_gone_everything_stands_and_then_goes_on() {
    standsAndGoesOn("absent", ABSENCE, operator::kill, operator::keep, "");
  }

  /**
   * A good version and a bad one, side by side, each under load.
   *
   * @param lasting how long the faults are there at most; they begin with the releases
   */
  private static void endure(String name, Duration lasting, Fault... faults) {
    Map<String, Integer> before = proxy.struck();
    try (ReleasedShop good = cluster.open(name + "-good");
        ReleasedShop bad = cluster.open(name + "-bad")) {
      if (lasting.isPositive() && lasting.compareTo(PATIENCE) < 0) {
        // Who hears nothing tells nothing.
        good.bearsWith(lasting.plus(NOTICED));
        bad.bearsWith(lasting.plus(NOTICED));
      }
      good.adopt(SPEC);
      bad.adopt(SPEC);
      good.comeUsers(RATE);
      bad.comeUsers(RATE);
      Set<String> stable = bad.pods();
      Instant began = Instant.now();
      proxy.set(faults);
      try {
        good.shop().deploy(Edition.of("v2"));
        bad.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
        Instant end = began.plus(lasting);
        Await.until(
            "both have ended, or the fault is over",
            PATIENCE,
            () -> Instant.now().isAfter(end) || (good.ended(1) && bad.ended(1)));
        proxy.clear();
        assertThat(good.awaitEnd(1)).as(said(good)).isEqualTo("Succeeded");
        assertThat(bad.awaitEnd(1)).as(said(bad)).isEqualTo("Aborted");
      } finally {
        proxy.clear();
        tell(name, began, good, bad);
      }
      Await.until("v2's pods alone are left", PATIENCE, () -> good.pods().size() == REPLICAS);
      assertThat(Counted.pods(good)).as("v1's pods and v2's, each once").isEqualTo(2 * REPLICAS);
      Await.until("v3's pods are gone", PATIENCE, () -> bad.pods().size() == REPLICAS);
      assertThat(bad.pods()).as("stable's pods are untouched").isEqualTo(stable);
      assertThat(Counted.pods(bad)).as("no pod is started again").isLessThanOrEqualTo(2 * REPLICAS);
      for (ReleasedShop shop : List.of(good, bad)) {
        assertThat(shop.releases()).hasSize(1);
        assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
      }
      for (Fault fault : faults) {
        assertThat(proxy.struck().getOrDefault(fault.kind(), 0))
            .as(fault.kind() + " struck")
            .isGreaterThan(before.getOrDefault(fault.kind(), 0));
      }
    }
  }

  private static void tell(String name, Instant began, ReleasedShop good, ReleasedShop bad) {
    System.out.printf(
        "%s: %d s; good %s, bad %s; struck since the start %s of %d passed; %d starts of the"
            + " operator; it says %s; %s%n",
        name,
        Duration.between(began, Instant.now()).toSeconds(),
        good.phase(1),
        bad.phase(1),
        proxy.struck(),
        proxy.passed(),
        operator.starts(),
        troubles(good),
        troubles(bad));
  }

  private static String said(ReleasedShop shop) {
    return "%s was decided %s, and the operator said %s"
        .formatted(shop.namespace(), shop.decisions(1), operator.said(shop.namespace()));
  }

  private static List<String> troubles(ReleasedShop shop) {
    return operator.said(shop.namespace()).stream()
        .filter(line -> line.matches("(trouble|bug|events): .*"))
        .distinct()
        .toList();
  }

  private static Stream<Version> of(ReleasedShop shop, String kind) {
    return shop.versions().stream().filter(v -> v.kind().equals(kind));
  }

  /**
   * A release is at its second stage when somebody goes; nothing changes until they are back, and
   * then it ends well.
   *
   * @param complaint what fails if the operator has said nothing; empty: it cannot say anything
   */
  private static void standsAndGoesOn(
      String name, Duration away, Runnable goes, Runnable comes, String complaint) {
    try (ReleasedShop shop = cluster.open(name)) {
      shop.adopt(SPEC);
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      goes.run();
      // What was asked before is answered before.
      holds(Duration.ofSeconds(1), () -> true);
      Map<String, Object> written = shop.written();
      Set<String> there = shop.pods();
      holds(away, () -> shop.written().equals(written) && shop.pods().equals(there));
      Instant back = Instant.now();
      comes.run();
      try {
        Await.until(
            "it goes on",
            PATIENCE,
            () -> of(shop, "ReleasePolicy").anyMatch(v -> v.at().isAfter(back)));
        Instant on =
            of(shop, "ReleasePolicy")
                .map(Version::at)
                .filter(back::isBefore)
                .findFirst()
                .orElseThrow();
        System.out.printf(
            "%s for %d s, and goes on %d ms after; %d starts; %s%n",
            name,
            away.toSeconds(),
            Duration.between(back, on).toMillis(),
            operator.starts(),
            troubles(shop));
        assertThat(shop.awaitEnd(1)).as(said(shop)).isEqualTo("Succeeded");
        assertThat(Duration.between(back, on)).isLessThan(AGAIN);
      } finally {
        proxy.clear();
      }
      assertThat(Counted.pods(shop)).as("v1's pods and v2's, each once").isEqualTo(2 * REPLICAS);
      assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
      if (!complaint.isEmpty()) {
        assertThat(troubles(shop)).as(complaint).isNotEmpty();
      }
    }
  }

  /** That it is so for as long, at every look. */
  private static void holds(Duration howLong, BooleanSupplier so) {
    Instant end = Instant.now().plus(howLong);
    Await.until(
        "that time has passed",
        howLong.plus(PATIENCE),
        () -> {
          assertThat(so.getAsBoolean()).as("nothing changes").isTrue();
          return Instant.now().isAfter(end);
        });
  }
}
