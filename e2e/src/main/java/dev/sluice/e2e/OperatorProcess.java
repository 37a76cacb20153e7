package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * {@code sluice operator} as a process, with a kubeconfig of its own account's token: it can be
 * killed at any moment and started again, as a container is.
 */
public final class OperatorProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path kubeconfig;
  private final Path log;
  private final String program;
  private final Gateway gateway;
  private final Surroundings surroundings;
  private Optional<Process> process = Optional.empty();
  private volatile boolean kept;
  private final AtomicInteger starts = new AtomicInteger();

  /**
   * What it finds on its node.
   *
   * @param options of its JVM, besides the usual ones
   * @param folder that it runs in
   * @param listen where it tells its metrics, as its option says it
   */
  public record Surroundings(List<String> options, Path folder, String listen) {
    /** Nothing special. */
    public static final Surroundings USUAL = new Surroundings(List.of(), Path.of(""));

    /** Its metrics are told nowhere. */
    public Surroundings(List<String> options, Path folder) {
      this(options, folder, "none");
    }

    public Surroundings {
      options = List.copyOf(options);
    }
  }

  /**
   * @param program class with the main method of the command line
   * @param folder for its kubeconfig and its output
   */
  public OperatorProcess(Kubelab cluster, Gateway gateway, String program, Path folder) {
    this(
        cluster,
        gateway,
        program,
        folder,
        URI.create(cluster.admin().getConfiguration().getMasterUrl()),
        Surroundings.USUAL);
  }

  /**
   * @param program class with the main method of the command line
   * @param folder for its kubeconfig and its output
   * @param apiServer where it finds the API server: something that stands before the real one
   */
  public OperatorProcess(
      Kubelab cluster,
      Gateway gateway,
      String program,
      Path folder,
      URI apiServer,
      Surroundings surroundings) {
    this.gateway = gateway;
    this.surroundings = surroundings;
    this.program = program;
    this.kubeconfig = folder.resolve("operator.kubeconfig").toAbsolutePath();
    this.log = folder.resolve("operator.log");
    KubernetesClient account =
        cluster.serviceAccount(SluiceOnCluster.NAMESPACE, Installation.ACCOUNT);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Kubeconfig.write(
        kubeconfig,
        "operator",
        "default",
        new ConfigBuilder(account.getConfiguration()).withMasterUrl(apiServer.toString()).build());
  }

  /**
   * Started, and started again whenever it ends by itself, as a kubelet does with a container; it
   * waits a second before, for it is never the first end that a kubelet waits long for.
   */
  public void keep() {
    kept = true;
    start();
    Thread.ofVirtual().name("kubelet").start(this::again);
  }

  private void again() {
    while (kept) {
      Optional<Process> now = current();
      if (now.isPresent() && !now.get().isAlive()) {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        if (kept) {
          start();
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  /** How often it was started. */
  public int starts() {
    return starts.get();
  }

  /** What it said of one namespace's policies, oldest first, as {@code reason: message}. */
  public List<String> said(String namespace) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(
              line ->
                  line.startsWith("{")
                      && line.endsWith("}")
                      && line.contains("\"" + namespace + "/"))
          .map(OperatorProcess::entry)
          .map(e -> e.path("reason").asText() + ": " + e.path("message").asText())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode entry(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException("The operator wrote half a line: " + line, e);
    }
  }

  /** Of the process that runs, or ran last. */
  public long pid() {
    return current().orElseThrow().pid();
  }

  private synchronized Optional<Process> current() {
    return process;
  }

  /** Under the name that a pod keeps when its container is started again. */
  public synchronized void start() {
    starts.incrementAndGet();
    try {
      process =
          Optional.of(
              new ProcessBuilder(command())
                  .directory(surroundings.folder().toAbsolutePath().toFile())
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    // What Java takes by itself in a container of 512 MiB, whatever this machine has.
    command.addAll(List.of("-Xms8m", "-Xmx128m"));
    command.addAll(surroundings.options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program, "operator"));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--gateway-metrics", gateway.stats().toString()));
    command.addAll(List.of("--listen", surroundings.listen(), "--identity", "sluice-0"));
    return command;
  }

  /** SIGKILL; whoever {@link #keep keeps} it starts it again. */
  public void crash() {
    current().ifPresent(Process::destroyForcibly);
  }

  /** SIGKILL: it has no time for anything. */
  public synchronized void kill() {
    kept = false;
    process.ifPresent(
        p -> {
          p.destroyForcibly();
          try {
            if (!p.waitFor(10, TimeUnit.SECONDS)) {
              throw new IllegalStateException("The operator does not die.");
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    process = Optional.empty();
  }

  @Override
  public void close() {
    kill();
  }
}
