package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.local.driver.LocalActuator;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.LocalObserver;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.driver.NodeProcess;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.load.Users;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import dev.sluice.probes.checks.HttpCheck;
import dev.sluice.sample.orders.OrderService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is real: processes as pods, the proxy, users, and a release through all of it. */
@Tag("slow")
class RealReleaseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double USERS_PER_SECOND = 150;

  @TempDir private Path folder;
  private final List<Decided> decided = new ArrayList<>();
  private NodeClient client;

  @BeforeEach
  void begin() throws Exception {
    NodeConfig config =
        new NodeConfig(
            "orders",
            List.of("orders"),
            true,
            2,
            version("v1", Map.of()),
            Duration.ofSeconds(30),
            Map.of("ready", new HttpCheck("/readyz", 200, Duration.ofSeconds(5))),
            Map.of(),
            0,
            Users.USUAL,
            0);
    client = NodeProcess.start(folder, config, NodeMain.class);
    LocalObserver observer = new LocalObserver(client);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ready(observer) < 2) {
      assertThat(System.nanoTime()).as("stable's pods are ready in time").isLessThan(end);
      Thread.onSpinWait();
    }
    client.load(USERS_PER_SECOND);
  }

  @AfterEach
  void end() throws Exception {
    NodeProcess.stop(folder);
  }

  @Test
  void a_good_version_takes_over_and_a_bad_one_is_taken_back_and_no_request_is_lost()
      throws Exception {
    client.deploy(version("v2", Map.of()));
    assertThat(drive(s -> ended(s, 1))).isEqualTo(Phase.SUCCEEDED);

    client.deploy(version("v3", Map.of("ERRORS", "0.5")));
    assertThat(drive(s -> ended(s, 2))).isEqualTo(Phase.ABORTED);

    client.load(0);
    Accounts accounts = client.accounts();
    System.out.println("users say: " + accounts);
    assertThat(decided.stream().map(Decided::code)).contains("flip", "succeeded", "harm");
    assertThat(accounts.sent()).isGreaterThan(1000);
    assertThat(accounts.dropped()).isZero();
    assertThat(accounts.failedBySystem()).as("%s", accounts).isZero();
    assertThat(accounts.sets().size()).isEqualTo(3);
    accounts.sets().forEach((_, set) -> assertThat(set.lost()).isZero());
  }

  private static int ready(LocalObserver observer) throws Exception {
    return observer.observe(Memory.fresh("orders")).sets().stream().mapToInt(s -> s.ready()).sum();
  }

  private static boolean ended(Saved saved, int number) {
    return saved.memory().number() == number && saved.memory().running().isEmpty();
  }

  private Phase drive(Predicate<Saved> over) throws Exception {
    LocalObserver observer = new LocalObserver(client);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (JsonStore store = JsonStore.open(folder.resolve("state.json"))) {
      ControlLoop loop =
          new ControlLoop(
              "orders",
              spec(),
              new ControlLoop.Ports(
                  observer, new LocalActuator(client, observer), new LocalEvidence(client), store),
              Settings.defaults(),
              ControlLoop.Clockwork.real(),
              d -> {
                decided.add(d);
                System.out.println(d.at() + " " + d.code() + ": " + d.sentence());
              });
      Saved saved = loop.runUntil(s -> over.test(s) || System.nanoTime() - end > 0);
      assertThat(over.test(saved)).as("in time; last: " + saved.reason()).isTrue();
      return saved.memory().run().map(Run::phase).orElseThrow();
    }
  }

  private static JsonNode version(String version, Map<String, String> env) {
    ObjectNode template = Wire.json().createObjectNode();
    ArrayNode command = template.putArray("command");
    command
        .add(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .add("-Xmx48m")
        .add("-XX:+UseSerialGC")
        .add("-XX:TieredStopAtLevel=1")
        .add("-cp")
        .add(System.getProperty("java.class.path"))
        .add(OrderService.class.getName());
    ObjectNode all = template.putObject("env");
    all.put("VERSION", version).put("GRACE", "500").put("SLUICE_DIE_WITH_PARENT", "true");
    env.forEach(all::put);
    return template;
  }

  private static Spec spec() {
    return new Spec(
        new Strategy.Canary(
            List.of(stage("small", 10), stage("half", 50)),
            Duration.ofSeconds(3),
            Optional.empty()),
        List.of("orders"),
        Optional.of(Spec.Route.FULL),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Spec.AfterAbort.KEEP,
        new Analysis(
            0.01,
            new Analysis.Exposure.Seconds(1),
            Analysis.OnInconclusive.HOLD,
            Analysis.Arm.ALWAYS,
            List.of(Metric.errors(), Metric.latency()),
            30),
        Capacity.unknown(),
        CheckSpec.rehearsals(Duration.ofSeconds(30)),
        false);
  }

  private static Stage stage(String name, int percent) {
    return new Stage(
        name,
        Share.percent(percent),
        List.of(),
        Duration.ofSeconds(4),
        Duration.ofSeconds(8),
        Approval.NONE,
        Share.NONE,
        Share.NONE);
  }
}
