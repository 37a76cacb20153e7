package dev.sluice.local.node;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A node from its start to its end. It ends when it is told to, when its process is, and when its
 * folder no longer names it: nobody could find it then, and it would run for ever.
 */
final class NodeHost {
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final Duration FIND = Duration.ofSeconds(5);
  private final Path folder;
  private final CountDownLatch over = new CountDownLatch(1);
  private String lastTrouble = "";

  /** What a node is made of. */
  interface Parts {
    Fleet fleet(NodeConfig config, Path folder) throws IOException;

    Gateway gateway(NodeConfig config) throws IOException;

    Crowd crowd(NodeConfig config, int proxyPort) throws IOException;
  }

  private NodeHost(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns when the node has ended, with all that it hosted.
   *
   * @param folder with the node's configuration; its address is left there
   */
  static void run(Path folder, Parts parts) throws IOException, InterruptedException {
    new NodeHost(folder).run(parts);
  }

  private void run(Parts parts) throws IOException, InterruptedException {
    NodeConfig config = NodeConfig.read(folder);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endOrderly(ended), "end"));
    try (Fleet fleet = parts.fleet(config, folder);
        Gateway gateway = parts.gateway(config);
        Crowd crowd = parts.crowd(config, gateway.port())) {
      Node node = new Node(config, fleet, gateway, InstantSource.system());
      String token = HexFormat.of().formatHex(new SecureRandom().generateSeed(32));
      try (NodeServer server = new NodeServer(node, fleet, crowd, token, over::countDown)) {
        long pid = ProcessHandle.current().pid();
        new NodeAddress(pid, server.port(), gateway.port(), token).write(folder);
        crowd.rate(config.load());
        watch(node, pid);
      }
    } finally {
      if (mine(ProcessHandle.current().pid())) {
        NodeAddress.forget(folder);
      }
      ended.countDown();
    }
  }

  private void watch(Node node, long pid) throws IOException, InterruptedException {
    long found = System.nanoTime();
    while (!over.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
      reconcile(node);
      if (System.nanoTime() - found > FIND.toNanos()) {
        if (!mine(pid)) {
          say("The folder " + folder + " no longer names this node, so it ends.");
          return;
        }
        found = System.nanoTime();
      }
    }
  }

  /** Whatever goes wrong once is tried again; what goes wrong each time is said once. */
  private void reconcile(Node node) {
    try {
      node.reconcile();
    } catch (RuntimeException e) {
      String trouble = "Pods and routing could not be brought in step: " + e;
      if (!trouble.equals(lastTrouble)) {
        lastTrouble = trouble;
        say(trouble);
      }
    }
  }

  private boolean mine(long pid) throws IOException {
    Optional<NodeAddress> address = NodeAddress.read(folder);
    return address.filter(a -> a.pid() == pid).isPresent();
  }

  private void endOrderly(CountDownLatch ended) {
    over.countDown();
    try {
      if (!ended.await(20, TimeUnit.SECONDS)) {
        say("The pods did not end within 20 s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("SystemOut")
  private static void say(String sentence) {
    System.err.println(sentence);
  }
}
