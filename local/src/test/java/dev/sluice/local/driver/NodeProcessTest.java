package dev.sluice.local.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.decide.Memory;
import dev.sluice.local.load.Users;
import dev.sluice.local.node.FakeNodeMain;
import dev.sluice.local.node.NodeAddress;
import dev.sluice.local.node.NodeConfig;
import dev.sluice.local.node.Wire;
import dev.sluice.probes.metrics.Sought;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node as a process of its own. */
@Tag("slow")
class NodeProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  @TempDir Path folder;

  @AfterEach
  void end() throws Exception {
    NodeProcess.stop(folder);
  }

  @Test
  void aNodeOutlivesWhoeverStartedItAndIsFoundAgainWithItsWorld() throws Exception {
    Process starter =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StarterMain.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("starter.log").toFile())
            .start();
    assertThat(starter.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(starter.exitValue())
        .as(Files.readString(folder.resolve("starter.log")))
        .isEqualTo(9);

    NodeClient found = NodeProcess.find(folder).orElseThrow();
    found.scale(2);
    NodeClient again = NodeProcess.start(folder, config(), FakeNodeMain.class);
    assertThat(again.address()).isEqualTo(found.address());
    assertThat(new LocalObserver(again).observe(Memory.fresh("orders")).workload().replicas())
        .isEqualTo(2);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("node.json"))))
        .isEqualTo("rw-------");
    assertThat(found.address().toString()).doesNotContain(found.address().token());
  }

  @Test
  void aNodeThatIsStoppedIsGone() throws Exception {
    NodeClient node = NodeProcess.start(folder, config(), FakeNodeMain.class);
    long pid = node.address().pid();
    NodeProcess.stop(folder);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(NodeProcess.find(folder)).isEmpty();
    assertThatThrownBy(() -> node.load(1)).hasMessageContaining("does not answer");
  }

  @Test
  void aNodeThatIsTooBusyToAnswerIsNotTakenForGone() throws Exception {
    NodeClient node = NodeProcess.start(folder, config(), FakeNodeMain.class);
    signal("STOP", node.address().pid());
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<Optional<NodeClient>> found = other.submit(() -> NodeProcess.find(folder));
      assertThatThrownBy(() -> found.get(6, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      signal("CONT", node.address().pid());
      assertThat(found.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPresent();
    }
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + pid).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aNodeThatNobodyCanFindAnyMoreEnds() throws Exception {
    long pid = NodeProcess.start(folder, config(), FakeNodeMain.class).address().pid();
    NodeAddress.forget(folder);
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aNodeThatCannotStartSaysWhy() {
    assertThatThrownBy(() -> NodeProcess.start(folder, config(), NodeProcessTest.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not start")
        .hasMessageContaining("NodeProcessTest");
  }

  static NodeConfig config() {
    return new NodeConfig(
        "orders",
        List.of("orders"),
        true,
        3,
        Wire.json().createObjectNode().put("image", "orders:1"),
        Duration.ofSeconds(1),
        Map.of(),
        Sought.nothing(),
        0,
        Users.USUAL,
        0);
  }
}
