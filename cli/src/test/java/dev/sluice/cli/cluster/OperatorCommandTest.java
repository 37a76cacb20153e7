package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator and an API server that is not well. */
@Timeout(60)
class OperatorCommandTest {
  @TempDir private Path folder;

  /** Whoever ends is started again by its kubelet, later and later. */
  @Test
  void an_api_server_that_is_away_is_waited_for_and_that_is_said_once() throws Exception {
    try (ServerSocket away = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      away.setSoTimeout(20_000);
      StringWriter said = new StringWriter();
      CompletableFuture<Integer> ended = new CompletableFuture<>();
      Thread operator =
          Thread.ofPlatform()
              .start(
                  () ->
                      ended.complete(
                          Main.run(
                              new PrintWriter(said, true),
                              new PrintWriter(said, true),
                              "operator",
                              "--listen",
                              "none",
                              "--kubeconfig",
                              kubeconfig(away.getLocalPort()).toString())));
      for (int asked = 0; asked < 4; asked++) {
        hangUp(away);
      }
      assertThat(ended).isNotDone();
      assertThat(said.toString()).containsOnlyOnce("does not answer");
      operator.interrupt();
      assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(Exit.UNREACHABLE);
    }
  }

  private static void hangUp(ServerSocket on) throws IOException {
    try (Socket asking = on.accept()) {
      assertThat(asking.getInputStream().read()).isNotNegative();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("Nobody asks any more.", e);
    }
  }

  private Path kubeconfig(int port) {
    String text =
        """
        apiVersion: v1
        kind: Config
        clusters: [{ name: c, cluster: { server: "http://127.0.0.1:%d" } }]
        users: [{ name: u, user: { token: none } }]
        contexts: [{ name: x, context: { cluster: c, user: u } }]
        current-context: x
        """
            .formatted(port);
    try {
      return Files.writeString(folder.resolve("kubeconfig"), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
