package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A judge earns its right to abort by the clock: placebo releases are played over what stable's
 * pods counted, and once so few of them raised an alarm, a bad version that was only held before is
 * taken back by itself. Two hours and a half, of which all but minutes are waited for.
 */
@Tag("slow")
@Tag("long")
@Tag("hours")
@Timeout(4 * 3600) // every wait in it has a deadline of its own
class ArmingOnRealClusterTest {
  private static final Duration LOOKED = Duration.ofSeconds(10);
  private static final Duration TOLD = Duration.ofMinutes(5);
  private static final Duration HELD = Duration.ofMinutes(1);

  /** A past and a placebo's time, and some more. */
  private static final Duration PLAYED = Duration.ofMinutes(60);

  private static final Duration ARMED = Duration.ofMinutes(110);

  private static final Duration RELEASED = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path FOLDER = Path.of("target", "e2e", "arming");

  /** Below an outage, which is five points: an unarmed judge holds. */
  private static final Edition BAD = Edition.of("v3").with("ERRORS", 0.02);

  private static final String STRATEGY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages: [{ name: half, weight: 50, min: 40s, max: 90s }]
          bake: 10s
      drain: 1s
      keepWarm: 3s
      """;

  /** Long enough for pods to be a minute old, before which their latency says nothing. */
  private static final String PATIENT =
      STRATEGY
          .replace("min: 40s, max: 90s", "min: 120s, max: 240s")
          .replace("bake: 10s", "bake: 90s");

  private static final String LATENCY = "{ preset: latency, slowerThan: 25ms }";

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir private static Path folder;

  /** A shop whose judge has to show what it is worth. */
  private record Measured(ReleasedShop shop, Person viewer, double falseAlarm) {
    static Measured open(String namespace, double falseAlarm) {
      return open(namespace, STRATEGY, falseAlarm, "[{ preset: errors }]");
    }

    static Measured open(String namespace, String strategy, double falseAlarm, String metrics) {
      ReleasedShop shop = cluster.open(namespace);
      shop.breaks("told"); // while nobody is there who could tell
      shop.adopt(
          strategy
              + "analysis: { arm: Measured, falseAlarm: %.0f%%, metrics: %s }\n"
                  .formatted(100 * falseAlarm, metrics));
      shop.comeUsers(30);
      return new Measured(
          shop,
          Person.of(cluster.kubelab(), namespace, "vera", folder, "sluice-viewer"),
          falseAlarm);
    }

    JsonNode judge() {
      return Json.read(said("get", Shop.NAME, "-o", "json")).at("/status/judge");
    }

    int played() {
      return judge().path("placeboReleases").asInt();
    }

    boolean armed() {
      return judge().path("armed").asBoolean();
    }

    String said(String... words) {
      Person.Said said = viewer.sluice(words);
      assertThat(said.exit()).as(said.err()).isZero();
      return said.out();
    }

    JsonNode release(int number) {
      return Json.read(said("get", "releases", "-o", "json"))
          .path("items")
          .valueStream()
          .filter(r -> r.at("/metadata/name").asText().equals(SluicesStatus.id(number)))
          .findFirst()
          .orElseThrow()
          .path("status");
    }

    /** It is held for a minute by evidence that an armed judge would abort on; nobody says more. */
    void holds(int number) {
      double harm = 1 / falseAlarm;
      shop.awaitPhase(number, "Shifting");
      await("the evidence is harm", PATIENCE, () -> odds(number) >= harm);
      Instant since = Instant.now();
      await(
          "it is held all the while",
          PATIENCE,
          () -> {
            assertThat(shop.ended(number)).as("aborted by itself").isFalse();
            return Instant.now().isAfter(since.plus(HELD));
          });
      System.out.printf(
          "%s, unarmed: %s, odds %.0f: %s%n",
          shop.namespace(), shop.condition(number), odds(number), shop.message(number));
      assertThat(shop.phase(number)).isEqualTo("Shifting");
      assertThat(shop.condition(number)).isEqualTo("Held");
      shop.shop().deploy(Edition.of("v1"));
      assertThat(shop.awaitEnd(number)).isEqualTo("Reverted");
      shop.awaitReady();
    }

    double odds(int number) {
      return release(number).path("odds").asDouble();
    }

    /** A bad version is taken back by itself: an armed judge judges it. */
    void takesBack(int number) {
      takesBack(number, BAD, Edition.of("v1"));
    }

    void takesBack(int number, Edition bad, Edition stable) {
      shop.shop().deploy(bad.round(number));
      await("it is taken back", RELEASED, () -> shop.ended(number));
      System.out.printf("%s, armed: %s%n", shop.namespace(), shop.decisions(number));
      assertThat(shop.phase(number)).isEqualTo("Aborted");
      assertThat(shop.decisions(number)).anyMatch(d -> d.startsWith("harm: "));
      shop.shop().deploy(stable);
      shop.awaitReady();
    }

    /** The same is taken back by itself now, and a good version comes to all users. */
    void isWorthIt(int number) {
      takesBack(number);
      letsPass(number + 1, Edition.of("v2"));
      assertThat(shop.leaveAndCountLost()).isZero();
    }

    void letsPass(int number, Edition good) {
      shop.shop().deploy(good);
      await("it comes to all", RELEASED, () -> shop.ended(number));
      System.out.printf("%s, armed: %s%n", shop.namespace(), shop.decisions(number));
      assertThat(shop.phase(number)).as("%s", shop.decisions(number)).isEqualTo("Succeeded");
    }
  }

  @Test
  void what_a_judge_has_shown_on_placebo_arms_it_and_outlives_the_operator() throws Exception {
    int port = FreePorts.one();
    URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
    try (OperatorProcess operator = operator(port)) {
      operator.start();
      Measured sooner = Measured.open("sooner", 0.2);
      Measured later = Measured.open("later", 0.1);
      try (ReleasedShop _ = sooner.shop();
          ReleasedShop _ = later.shop()) {
        List<Measured> all = List.of(sooner, later);
        all.forEach(m -> assertThat(m.armed()).isFalse());
        all.forEach(m -> m.shop().shop().deploy(BAD));
        all.forEach(m -> m.holds(1));

        await("both were played", PLAYED, () -> seen(all, m -> m.played() > 0));
        List<JsonNode> before = all.stream().map(Measured::judge).toList();
        operator.kill();
        operator.start();
        for (Measured m : all) {
          String played = value("placebo_releases", m.shop().namespace(), m.played());
          await("it knows: " + played, PATIENCE, () -> page(metrics).contains(played));
        }
        assertThat(all.stream().map(Measured::judge).toList()).isEqualTo(before);

        for (Measured m : List.of(sooner, later)) {
          await(m.shop().namespace() + " is armed", ARMED, () -> seen(all, x -> m.armed()));
          show(all);
          String since = m.judge().path("since").asText();
          assertThat(Instant.parse(since)).isBefore(Instant.now().minus(40, ChronoUnit.MINUTES));
          assertThat(m.said("get")).containsPattern("\\barmed\\b");
          System.out.println(m.said("get") + m.said("explain", Shop.NAME));
          assertThat(m.said("explain", Shop.NAME)).contains("The judge is armed: ", since);
          assertThat(page(metrics)).contains(value("armed", m.shop().namespace(), 1));
          m.isWorthIt(2);
        }
      }
    }
  }

  /** Its own counts of stable are gone; what they came to is not. Takes an hour. */
  @Test
  void a_release_just_after_a_new_start_or_with_a_change_of_its_policy_is_judged_by_an_armed_judge()
      throws Exception {
    try (OperatorProcess operator = operator(FreePorts.one())) {
      operator.start();
      // It asks for so little that it is armed by the first four placebo releases.
      Measured soon = Measured.open("soon", 0.45);
      try (ReleasedShop shop = soon.shop()) {
        await("it is armed", ARMED, () -> seen(List.of(soon), Measured::armed));
        operator.kill();
        operator.start();
        soon.takesBack(1);

        Kubectl.admin(cluster.kubelab(), shop.namespace())
            .run(
                "patch",
                "releasepolicy",
                Shop.NAME,
                "--type=merge",
                "-p={\"spec\":{\"keepWarm\":\"4s\"}}");
        soon.takesBack(2);
        assertThat(shop.leaveAndCountLost()).isZero();
      }
    }
  }

  /**
   * Latency is what a busy host spoils, where both versions and all else run on the same cores. Two
   * hours.
   */
  @Test
  void a_judge_of_latencies_arms_itself_too_and_tells_a_slow_version_from_good_ones()
      throws Exception {
    try (OperatorProcess operator = operator(FreePorts.one())) {
      operator.start();
      Measured slow =
          Measured.open("latency", PATIENT, 0.2, "[{ preset: errors }, " + LATENCY + "]");
      try (ReleasedShop shop = slow.shop()) {
        await("it is armed", ARMED, () -> seen(List.of(slow), Measured::armed));
        slow.letsPass(1, Edition.of("v2"));
        slow.takesBack(2, Edition.of("v3").with("SLOW_FACTOR", 5), Edition.of("v2"));
        slow.letsPass(3, Edition.of("v1"));
        assertThat(shop.leaveAndCountLost()).isZero();
      }
    }
  }

  private static OperatorProcess operator(int port) throws InterruptedException {
    SluiceOnCluster.install(cluster.kubelab());
    return new OperatorProcess(
        cluster.kubelab(),
        cluster.gateway(),
        "dev.sluice.cli.Main",
        FOLDER,
        URI.create(cluster.kubelab().admin().getConfiguration().getMasterUrl()),
        new Surroundings(List.of(), Path.of(""), "127.0.0.1:" + port));
  }

  private Instant told = Instant.EPOCH;

  /** Whether it is so of all; every five minutes it is told how far they are. */
  private boolean seen(List<Measured> all, Predicate<Measured> so) {
    if (Instant.now().isAfter(told.plus(TOLD))) {
      show(all);
      told = Instant.now();
    }
    return all.stream().allMatch(so);
  }

  private static void show(List<Measured> all) {
    for (Measured m : all) {
      System.out.printf(
          "%s %s %s%n",
          Instant.now().truncatedTo(ChronoUnit.SECONDS), m.shop().namespace(), m.judge());
      System.out.println(m.said("get"));
    }
  }

  /** Looks rarely: it is about hours. */
  private static void await(String what, Duration patience, BooleanSupplier so) {
    Instant deadline = Instant.now().plus(patience);
    while (!so.getAsBoolean()) {
      assertThat(Instant.now()).as("Not within %s: %s.", patience, what).isBefore(deadline);
      LockSupport.parkNanos(LOOKED.toNanos());
    }
  }

  private static String value(String metric, String namespace, int value) {
    return "sluice_policy_%s{namespace=\"%s\",policy=\"%s\"} %d.0"
        .formatted(metric, namespace, Shop.NAME, value);
  }

  /** Empty while nobody is there. */
  private static String page(URI metrics) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(metrics).timeout(LOOKED).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException _) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
