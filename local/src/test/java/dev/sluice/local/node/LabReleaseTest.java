package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.world.Command;
import dev.sluice.local.driver.LocalActuator;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.LocalObserver;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.load.Users;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import dev.sluice.probes.metrics.Sought;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The loop, the driver and the node together over real HTTP; only pods and requests are played. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class LabReleaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  @TempDir Path folder;
  private final FakeFleet fleet = new FakeFleet();
  private final FakeGateway gateway = new FakeGateway(fleet);
  private final List<Decided> decided = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService often = Executors.newSingleThreadScheduledExecutor();
  private final Node node = node();
  private final NodeServer server = server();
  private final NodeClient client = client("secret");

  @BeforeEach
  void begin() throws Exception {
    var _ = often.scheduleAtFixedRate(node::reconcile, 0, 50, TimeUnit.MILLISECONDS);
    until(() -> !gateway.routed.isEmpty() && gateway.routed.getLast().root().size() == 3);
    client.load(400);
  }

  @AfterEach
  void end() {
    often.shutdownNow();
    server.close();
    gateway.close();
  }

  @Test
  void aGoodVersionSucceedsAndNobodyIsSentToNobody() throws Exception {
    client.deploy(template("orders:2"));
    assertThat(drive(LabReleaseTest::ended)).isEqualTo(Phase.SUCCEEDED);
    assertThat(lost()).isZero();
    assertThat(bad()).as("requests that met a pod that was not ready").isZero();
    assertThat(decided.stream().map(Decided::code)).contains("succeeded", "flip");
  }

  @Test
  void aBadVersionIsAbortedAndTheUsersAreBackOnStable() throws Exception {
    String stable = gateway.routed.getLast().root().getFirst().hash();
    client.deploy(template("orders:bad"));
    assertThat(drive(LabReleaseTest::ended)).isEqualTo(Phase.ABORTED);
    assertThat(decided.stream().map(Decided::code)).contains("harm");
    assertThat(gateway.routed.getLast().split()).isEmpty();
    assertThat(gateway.routed.getLast().root()).allMatch(b -> b.hash().equals(stable));
    assertThat(lost()).isZero();
  }

  @Test
  void anActThatWasGivenWhileNobodyDroveIsObeyedByTheNextLoop() throws Exception {
    client.deploy(template("orders:2"));
    drive(saved -> saved.memory().running().filter(r -> r.phase() == Phase.SHIFTING).isPresent());
    client.command(
        "orders-1", Command.Action.ABORT, Optional.empty(), "ann", Set.of(), "changed my mind");
    assertThat(drive(LabReleaseTest::ended)).isEqualTo(Phase.ABORTED);
    assertThat(decided.stream().map(Decided::sentence))
        .anyMatch(s -> s.contains("ann aborted it. Reason given: changed my mind"));
  }

  @Test
  void aWayBackThatCannotBeRehearsedHoldsUntilItCanAndNobodyIsSentToTheRehearsal()
      throws Exception {
    fleet.neverReady = Rehearsal.SET;
    client.deploy(template("orders:2"));
    drive(saved -> decided.stream().anyMatch(d -> d.code().equals("check-failed")));
    assertThat(decided.getLast().condition()).isEqualTo(Condition.HELD);
    assertThat(decided.getLast().sentence())
        .contains("a fresh pod of stable does not become ready");
    fleet.neverReady = "";
    assertThat(drive(LabReleaseTest::ended)).isEqualTo(Phase.SUCCEEDED);
    assertThat(gateway.routed)
        .noneMatch(routes -> routes.root().stream().anyMatch(b -> b.hash().equals(Rehearsal.SET)));
    until(() -> fleet.pods().stream().noneMatch(p -> p.hash().equals(Rehearsal.SET)));
    assertThat(lost()).isZero();
  }

  @Test
  void whoDoesNotKnowTheTokenIsToldSoAndNothingElse() {
    NodeClient stranger = client("guess");
    assertThatThrownBy(() -> stranger.load(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("token is missing or wrong");
  }

  @Test
  void nonsenseIsAnsweredWithASentence() {
    assertThatThrownBy(() -> client.scale(-1)).hasMessageContaining("at least 0");
    assertThatThrownBy(() -> client.deploy(Wire.json().createArrayNode()))
        .hasMessageContaining("not a JSON object");
  }

  @Test
  void aPodThatIsToStopHasLeftTheRoutingBefore() throws Exception {
    client.scale(1);
    until(() -> fleet.pods().size() == 1);
    List<String> events = List.copyOf(fleet.events);
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).startsWith("stop ")) {
        String pod = events.get(i).substring("stop ".length());
        String last =
            events.subList(0, i).reversed().stream()
                .filter(e -> e.startsWith("root "))
                .findFirst()
                .orElseThrow();
        assertThat(last).doesNotContain(pod);
      }
    }
    assertThat(events.stream().filter(e -> e.startsWith("stop "))).hasSize(2);
    assertThat(bad()).isZero();
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
              new Settings(
                  Duration.ofMillis(500),
                  Duration.ofMillis(500),
                  Duration.ofSeconds(2),
                  Duration.ofMillis(20),
                  Duration.ofSeconds(1)),
              ControlLoop.Clockwork.real(),
              decided::add);
      Saved saved = loop.runUntil(s -> over.test(s) || System.nanoTime() - end > 0);
      assertThat(over.test(saved)).as("in time; last: " + saved.reason()).isTrue();
      return saved.memory().run().map(Run::phase).orElseThrow();
    }
  }

  private static boolean ended(Saved saved) {
    return saved.memory().run().isPresent() && saved.memory().running().isEmpty();
  }

  private static Spec spec() {
    return new Spec(
        new Strategy.Canary(
            List.of(stage("small", 10), stage("half", 50)),
            Duration.ofSeconds(2),
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
            List.of(Metric.errors()),
            30),
        Capacity.unknown(),
        CheckSpec.rehearsals(Duration.ofSeconds(30)),
        Approvals.ANYBODY,
        false);
  }

  private static Stage stage(String name, int percent) {
    return new Stage(
        name,
        Share.percent(percent),
        List.of(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(4),
        Approval.NONE,
        Share.NONE,
        Share.NONE);
  }

  private static JsonNode template(String image) {
    return Wire.json().createObjectNode().put("image", image);
  }

  private Node node() {
    NodeConfig config =
        new NodeConfig(
            "orders",
            List.of("orders"),
            true,
            3,
            template("orders:1"),
            Duration.ofSeconds(1),
            Map.of(),
            Sought.nothing(),
            0,
            Users.USUAL,
            0);
    return new Node(config, fleet, gateway, InstantSource.system());
  }

  private NodeServer server() {
    try {
      return new NodeServer(node, fleet, gateway, "secret", () -> {});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private NodeClient client(String token) {
    return new NodeClient(new NodeAddress(ProcessHandle.current().pid(), server.port(), 0, token));
  }

  private long lost() throws IOException {
    return client.accounts().failedBySystem();
  }

  private long bad() {
    return gateway.sent().values().stream().mapToLong(Gateway.Sent::bad).sum();
  }

  private interface Question {
    boolean yes() throws Exception;
  }

  private static void until(Question question) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!question.yes()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(Duration.ofMillis(20));
    }
  }
}
