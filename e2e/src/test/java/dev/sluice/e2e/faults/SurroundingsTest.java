package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.OperatorProcess.Surroundings;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's node and its cluster do not give it. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class SurroundingsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
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

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL.withDns());

  @TempDir private static Path dir;

  @BeforeAll
  static void install() throws InterruptedException {
    SluiceOnCluster.install(cluster.kubelab());
  }

  /** Neither the names of the cluster nor those of its node: it asks nobody's address. */
  @Test
  void no_name_is_resolved_anywhere() throws IOException {
    Path nobody = Files.createFile(dir.resolve("hosts"));
    try (OperatorProcess operator =
            operator("nameless", List.of("-Djdk.net.hosts.file=" + nobody), dir);
        ReleasedShop good = shop("nameless-good");
        ReleasedShop bad = shop("nameless-bad")) {
      operator.keep();
      begin(good, bad);
      good.awaitStage(1, "small");
      cluster
          .kubelab()
          .admin()
          .apps()
          .deployments()
          .inNamespace("kube-system")
          .withName("coredns")
          .scale(0);
      end(good, bad);
      assertThat(operator.starts()).isEqualTo(1);
    }
  }

  /** Where it could write there is no room for a byte. */
  @Test
  void its_disk_is_full() throws Exception {
    Path full = Files.createDirectory(dir.resolve("full"));
    run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", full.toString());
    try (OperatorProcess operator =
            operator("full", List.of("-Djava.io.tmpdir=" + full, "-XX:-UsePerfData"), full);
        ReleasedShop good = shop("full-good");
        ReleasedShop bad = shop("full-bad")) {
      fill(full.resolve("everything"));
      operator.keep();
      begin(good, bad);
      end(good, bad);
      assertThat(operator.starts()).isEqualTo(1);
      try (Stream<Path> there = Files.list(full)) {
        assertThat(there).containsExactly(full.resolve("everything"));
      }
    } finally {
      run("umount", "--lazy", full.toString());
    }
  }

  /** Killed and started again: its watches are cut, and what it knew of them is gone. */
  @Test
  void the_api_server_is_started_again_in_mid_release() throws Exception {
    try (OperatorProcess operator = operator("restart", List.of(), dir);
        ReleasedShop good = shop("restart-good");
        ReleasedShop bad = shop("restart-bad")) {
      operator.keep();
      good.survivesTheApiServer();
      bad.survivesTheApiServer();
      begin(good, bad);
      good.awaitStage(1, "small");
      Instant killed = Instant.now();
      cluster.kubelab().restart("kube-apiserver");
      System.out.printf(
          "the API server is back after %d ms%n",
          Duration.between(killed, Instant.now()).toMillis());
      end(good, bad);
      assertThat(operator.starts()).isEqualTo(1);
    }
  }

  private static ReleasedShop shop(String namespace) {
    return cluster.open(namespace);
  }

  private static OperatorProcess operator(String name, List<String> options, Path folder) {
    return new OperatorProcess(
        cluster.kubelab(),
        cluster.gateway(),
        "dev.sluice.cli.Main",
        Path.of("target", "e2e", "operator-" + name),
        URI.create(cluster.kubelab().admin().getConfiguration().getMasterUrl()),
        new Surroundings(options, folder));
  }

  private static void begin(ReleasedShop good, ReleasedShop bad) {
    for (ReleasedShop shop : List.of(good, bad)) {
      shop.adopt(SPEC);
      shop.comeUsers(50);
    }
    good.shop().deploy(Edition.of("v2"));
    bad.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
  }

  private static void end(ReleasedShop good, ReleasedShop bad) {
    assertThat(good.awaitEnd(1)).as(good.decisions(1).toString()).isEqualTo("Succeeded");
    assertThat(bad.awaitEnd(1)).as(bad.decisions(1).toString()).isEqualTo("Aborted");
    Await.until("v2's pods alone are left", PATIENCE, () -> good.pods().size() == 4);
    assertThat(good.leaveAndCountLost() + bad.leaveAndCountLost()).isZero();
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1024];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0)
        .as(String.join(" ", command))
        .isTrue();
  }
}
