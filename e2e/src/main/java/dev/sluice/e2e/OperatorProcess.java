package dev.sluice.e2e;

import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code sluice operator} as a process, with a kubeconfig of its own account's token: it can be
 * killed at any moment and started again, as a container is.
 */
public final class OperatorProcess implements AutoCloseable {
  private final Path kubeconfig;
  private final Path log;
  private final String program;
  private final Gateway gateway;
  private Optional<Process> process = Optional.empty();

  /**
   * @param program class with the main method of the command line
   * @param folder for its kubeconfig and its output
   */
  public OperatorProcess(Kubelab cluster, Gateway gateway, String program, Path folder) {
    this.gateway = gateway;
    this.program = program;
    this.kubeconfig = folder.resolve("operator.kubeconfig");
    this.log = folder.resolve("operator.log");
    KubernetesClient account =
        cluster.serviceAccount(SluiceOnCluster.NAMESPACE, Installation.ACCOUNT);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Kubeconfig.write(kubeconfig, "operator", "default", account.getConfiguration());
  }

  /** Under the name that a pod keeps when its container is started again. */
  public void start() {
    try {
      process =
          Optional.of(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      program,
                      "operator",
                      "--kubeconfig",
                      kubeconfig.toString(),
                      "--gateway-metrics",
                      gateway.stats().toString(),
                      "--listen",
                      "none",
                      "--identity",
                      "sluice-0")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: it has no time for anything. */
  public void kill() {
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
