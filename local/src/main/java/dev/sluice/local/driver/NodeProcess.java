package dev.sluice.local.driver;

import dev.sluice.local.node.NodeAddress;
import dev.sluice.local.node.NodeConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The node as a process that outlives whoever drives the release: in a session of its own, found
 * again by the file that it leaves in the lab's folder.
 */
public final class NodeProcess {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private NodeProcess() {}

  /**
   * The node of that folder, if it runs. One that is busy is asked again: to take it for gone would
   * begin a second lab over the first.
   *
   * @throws IOException if it lives and yet does not answer within 30 s
   */
  public static Optional<NodeClient> find(Path folder) throws IOException {
    Optional<NodeAddress> address = NodeAddress.read(folder);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    NodeClient node = new NodeClient(address.get());
    long end = System.nanoTime() + START.toNanos();
    IOException last = new IOException("it was not asked");
    while (alive(address.get()) && System.nanoTime() - end < 0) {
      try {
        HttpResponse<byte[]> answer = node.get("/world");
        if (answer.statusCode() == 200) {
          return Optional.of(node);
        }
        if (answer.statusCode() == 401 || answer.statusCode() == 404) {
          // Another process has the number and the port by now.
          return Optional.empty();
        }
        last = new IOException(node.error(answer));
      } catch (IOException e) {
        if (e.getCause() instanceof ConnectException) {
          // Nobody listens: it is on its way out, or another process has the number by now.
          return Optional.empty();
        }
        last = e;
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
    if (alive(address.get())) {
      throw new IOException(
          "The lab's node (process %d) lives, and yet does not answer within %d s: %s. Wait, or end it with kill %d."
              .formatted(
                  address.get().pid(), START.toSeconds(), last.getMessage(), address.get().pid()),
          last);
    }
    return Optional.empty();
  }

  /**
   * The node of that folder; it is started if it does not run.
   *
   * @param folder of the lab; only its owner should be able to enter it
   * @param main the node's program, on this process's own class path; it gets the folder
   * @throws IOException if it does not answer within 30 s; the message ends with what it said
   */
  public static NodeClient start(Path folder, NodeConfig config, Class<?> main)
      throws IOException, InterruptedException {
    Optional<NodeClient> running = find(folder);
    if (running.isPresent()) {
      return running.get();
    }
    NodeAddress.forget(folder);
    config.write(folder);
    Path log = folder.resolve("node.log");
    Process process =
        new ProcessBuilder(command(folder, main))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() - end < 0) {
      Optional<NodeClient> node = find(folder);
      if (node.isPresent()) {
        return node.get();
      }
      if (process.waitFor(BETWEEN.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() != 0) {
        break;
      }
    }
    process.destroy();
    throw new IOException(
        "The lab's node did not start. It said (%s): %s".formatted(log, lastWords(log)));
  }

  /**
   * Ends it with all its pods, and waits until it is gone.
   *
   * @throws IOException if it is still there after 30 s
   */
  public static void stop(Path folder) throws IOException, InterruptedException {
    Optional<NodeClient> node = find(folder);
    if (node.isPresent()) {
      node.get().shutdown();
      long pid = node.get().address().pid();
      long end = System.nanoTime() + STOP.toNanos();
      while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("The lab's node (process %d) does not end.".formatted(pid));
        }
        Thread.sleep(BETWEEN);
      }
    }
    NodeAddress.forget(folder);
  }

  /** A session of its own where the machine knows how: Ctrl-C is then not meant for it. */
  private static List<String> command(Path folder, Class<?> main) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            folder.toAbsolutePath().toString()));
    return command;
  }

  private static boolean alive(NodeAddress address) {
    return ProcessHandle.of(address.pid()).filter(ProcessHandle::isAlive).isPresent();
  }

  private static String lastWords(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "nothing";
    }
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
