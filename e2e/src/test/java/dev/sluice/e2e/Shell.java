package dev.sluice.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who has a shell with kubectl and nothing else, and runs in it what a page or a message
 * tells them to.
 *
 * @param kubeconfig by which they ask the cluster
 * @param folder that they are in, for what they have and for what the commands say
 */
public record Shell(Path kubeconfig, Path folder) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A cluster's administrator. */
  public static Shell ofAdmin(Kubelab cluster, Path folder) {
    return new Shell(cluster.kubeconfig(), folder);
  }

  /**
   * All of it as it stands; the first command that fails ends it and fails the test.
   *
   * @return what it printed
   */
  public String run(String commands) {
    try {
      Files.createDirectories(folder);
      File out = folder.resolve("out.log").toFile();
      File said = folder.resolve("err.log").toFile();
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-eux", "-c", commands)
              .directory(folder.toFile())
              .redirectOutput(out)
              .redirectError(said);
      builder.environment().put("KUBECONFIG", kubeconfig.toAbsolutePath().toString());
      builder.environment().merge("PATH", Kubelab.program("bin").toString(), (a, b) -> b + ":" + a);
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(Files.readString(said.toPath()) + Files.readString(out.toPath()));
      }
      return Files.readString(out.toPath()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted.", e);
    }
  }
}
