package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Shell;
import dev.sluice.e2e.SluiceOnCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What docs/escape.md says, as it says it, under load and from every phase: nobody loses a request,
 * one version is left, and the Deployment is an ordinary one.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class EscapeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REPLICAS = 4;
  private static final String USUAL = "{ name: half, weight: 50, min: 2s, max: 4s }";
  private static final String LONG = "{ name: half, weight: 50, min: 900s, max: 900s }";

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static final EscapeDocument document = EscapeDocument.read();

  /**
   * A release that stands somewhere.
   *
   * @param namespace of its shop
   * @param spec of its policy, besides the route
   * @param edition that is released
   * @param old whether it is to be left for the old version
   * @param arrive returns when it is there
   */
  private record Scene(
      String namespace, String spec, Edition edition, boolean old, Consumer<ReleasedShop> arrive) {
    String left() {
      return old ? "v1" : edition.version();
    }
  }

  /** Whether there is an operator when people do what the document says. */
  private enum Operator {
    RUNS,
    IS_GONE
  }

  /**
   * A shop whose release stands there.
   *
   * @param before what its developers had written before the policy came
   */
  private record Stay(Scene scene, ReleasedShop shop, Map<String, Object> before) {}

  private static Scene scene(
      String namespace, String stage, String bake, boolean old, Consumer<ReleasedShop> arrive) {
    return new Scene(namespace, spec(stage, bake, "1s", "900s"), Edition.of("v2"), old, arrive);
  }

  private static String spec(String stage, String bake, String drain, String keepWarm) {
    return """
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy: { canary: { stages: [%s], bake: %s } }
        drain: %s
        keepWarm: %s
        analysis: { arm: Always }
        """
        .formatted(stage, bake, drain, keepWarm);
  }

  @Test
  void before_a_flip() throws Exception {
    escape(
        Operator.IS_GONE,
        new Scene(
            "escape-preparing",
            spec(USUAL, "4s", "1s", "2s"),
            Edition.of("v2").with("NEVER_READY", true),
            true,
            EscapeTest::candidateStarts),
        scene("escape-stage", LONG, "4s", false, shop -> shop.awaitStage(1, "half")),
        scene(
            "escape-approval",
            "{ name: half, weight: 50, min: 2s, approve: After }",
            "4s",
            false,
            shop -> shop.awaitReason(1, "approval")));
  }

  private static void candidateStarts(ReleasedShop shop) {
    shop.awaitPhase(1, "Preparing");
    Await.until("v2's pods are made", PATIENCE, () -> shop.pods().size() > REPLICAS);
  }

  @Test
  void after_a_flip_and_on_the_way_back() throws Exception {
    escape(
        Operator.IS_GONE,
        scene("escape-baking", USUAL, "900s", false, shop -> shop.awaitPhase(1, "Baking")),
        scene("escape-flipped", USUAL, "900s", true, shop -> shop.awaitPhase(1, "Baking")),
        new Scene(
            "escape-aborting",
            spec(LONG, "4s", "900s", "900s"),
            Edition.of("v2"),
            true,
            shop -> {
              shop.awaitStage(1, "half");
              shop.command("Abort", 1);
              shop.awaitPhase(1, "Aborting");
            }));
  }

  /** The last two take a second or two over it: they are met somewhere in it. */
  @Test
  void in_the_hand_over_and_after_it() throws Exception {
    escape(
        Operator.IS_GONE,
        scene("escape-warm", USUAL, "2s", false, shop -> shop.awaitPhase(1, "Succeeded")),
        scene("escape-hand-over", USUAL, "900s", false, shop -> shop.awaitPhase(1, "Baking")),
        scene("escape-handing", USUAL, "900s", false, shop -> shop.awaitPhase(1, "Baking")));
  }

  @Test
  void while_the_operator_runs() throws Exception {
    escape(
        Operator.RUNS,
        scene("escape-work-stage", LONG, "4s", false, shop -> shop.awaitStage(1, "half")),
        scene("escape-work-baking", USUAL, "900s", false, shop -> shop.awaitPhase(1, "Baking")));
  }

  @Test
  void nothing_of_the_admission_policies_is_left() throws Exception {
    SluiceOnCluster.install(cluster.kubelab());
    run(document.leaves(), folder("escape-cluster"));
    assertThat(kubectl("get mutatingadmissionpolicies,mutatingadmissionpolicybindings -o name"))
        .doesNotContain("sluice");
  }

  /** All begin; when each is where it is to be, people do what the document says. */
  private static void escape(Operator then, Scene... scenes) throws Exception {
    try (OperatorProcess operator = operator(then.name())) {
      operator.start();
      List<Stay> stays = new ArrayList<>();
      List<AssertionError> seen = new ArrayList<>();
      try {
        for (Scene scene : scenes) {
          stays.add(open(scene));
        }
        atOnce(stays, EscapeTest::begin);
        handOver(stays.stream().map(Stay::shop).filter(s -> s.namespace().contains("-hand")));
        if (then == Operator.IS_GONE) {
          operator.kill();
          stays.stream().map(Stay::shop).forEach(OrdinaryAgain::leftByHand);
        }
        for (Stay stay : stays) {
          ReleasedShop shop = stay.shop();
          System.out.printf(
              "%s is left at %s %s%n", shop.namespace(), shop.phase(1), shop.stage(1));
        }
        atOnce(stays, stay -> leave(stay, then));
      } finally {
        for (Stay stay : stays) {
          try {
            stay.shop().close();
          } catch (AssertionError e) {
            seen.add(e);
          }
        }
      }
      assertThat(seen).as("what the watchers saw").isEmpty();
    }
  }

  /** Returns when one of them is in it. */
  private static void handOver(Stream<ReleasedShop> some) {
    List<ReleasedShop> shops = some.toList();
    shops.forEach(shop -> shop.command("Promote", 1));
    Await.until(
        "a hand-over has begun",
        PATIENCE,
        () -> shops.isEmpty() || shops.stream().anyMatch(s -> s.phase(1).equals("HandingOver")));
  }

  private static void leave(Stay stay, Operator then) {
    Scene scene = stay.scene();
    String namespace = scene.namespace();
    run(
        then == Operator.RUNS ? document.atWork(namespace) : document.gone(namespace, scene.old()),
        folder(stay.shop()));
    new OrdinaryAgain(stay.shop(), stay.before()).assertLeftTo(scene.left());
  }

  private static OperatorProcess operator(String name) throws InterruptedException {
    SluiceOnCluster.install(cluster.kubelab());
    return new OperatorProcess(
        cluster.kubelab(),
        cluster.gateway(),
        "dev.sluice.cli.Main",
        Path.of("target", "e2e", "escape-" + name));
  }

  private static Stay open(Scene scene) {
    ReleasedShop shop = cluster.open(scene.namespace());
    return new Stay(scene, shop, shop.written());
  }

  /** The release is where it is to be when this returns. */
  private static void begin(Stay stay) {
    ReleasedShop shop = stay.shop();
    shop.adopt(stay.scene().spec());
    shop.comeUsers(40);
    // On fresh connections: one that was kept and idle may meet the end of its pod, escape or not.
    shop.come("callers", shop.shop().callers().fresh(10));
    shop.shop().deploy(stay.scene().edition());
    stay.scene().arrive().accept(shop);
  }

  /** Where its developers have the old version's manifests. */
  private static Path folder(ReleasedShop shop) {
    try {
      Path folder = folder(shop.namespace());
      Files.writeString(
          folder.resolve("old.yaml"), shop.shop().manifests(Edition.of("v1"), d -> d));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void atOnce(List<Stay> stays, Consumer<Stay> what) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              stays.stream()
                  .map(stay -> CompletableFuture.runAsync(() -> what.accept(stay), executor))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  private static String kubectl(String arguments) {
    return run("kubectl " + arguments, folder("escape-looks"));
  }

  private static Path folder(String name) {
    try {
      return Files.createDirectories(Path.of("target", "e2e", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a cluster's administrator, who has kubectl and nothing else. */
  private static String run(String commands, Path folder) {
    return Shell.ofAdmin(cluster.kubelab(), folder).run(commands);
  }
}
