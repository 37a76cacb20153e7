package dev.sluice.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The scripts of this folder, for one cluster, each with a deadline. They say what is wrong in one
 * sentence, their last line, and that sentence is the exception's message.
 */
final class Scripts {
  private final Path folder;
  private final Map<String, String> environment;

  /**
   * @param environment what the scripts are told, for example {@code CLUSTER}
   */
  Scripts(Map<String, String> environment) {
    this.folder = folder();
    this.environment = Map.copyOf(environment);
  }

  /** What it printed. */
  String run(Duration deadline, String script, String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(folder.resolve(script).toString()), Stream.of(arguments)).toList();
    try {
      // A file, not a pipe: what a script leaves running must not keep us from seeing its end.
      Path said = Files.createTempFile("e2e-", ".log");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(said.toFile());
        // They are names of env.sh, which takes them over where they are set.
        List.of("R", "NODE", "NS", "KEEP", "NODES", "DNS_ON", "METRICS_ON", "KUBECONFIG")
            .forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
        String text = Files.readString(said);
        if (!ended) {
          throw new IllegalStateException(
              "%s did not end within %d s; it said: %s"
                  .formatted(script, deadline.toSeconds(), text));
        }
        if (process.exitValue() != 0) {
          throw new IllegalStateException(
              text.lines().reduce((a, b) -> b).orElse(script + " failed and said nothing."));
        }
        return text;
      } finally {
        Files.delete(said);
      }
    } catch (IOException e) {
      throw new IllegalStateException(script + " could not be started.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(script + " was interrupted.", e);
    }
  }

  /** Everything that was built once and every cluster's state are under it. */
  static Path home() {
    String home = System.getenv("KUBELAB_HOME");
    return home == null || home.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "kubelab")
        : Path.of(home);
  }

  /** Which a script has started, and left that file for. */
  static ProcessHandle process(Path pidFile) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException("No process was started that left " + pidFile + ".", e);
    }
  }

  private static Path folder() {
    Path here = Path.of("").toAbsolutePath();
    for (Path up = here; up != null; up = up.getParent()) {
      for (Path folder : List.of(up, up.resolve("e2e"))) {
        if (Files.isExecutable(folder.resolve("kubelab/up.sh"))) {
          return folder;
        }
      }
    }
    throw new IllegalStateException(
        "The folder e2e with kubelab/up.sh is not above %s; run this inside the repository."
            .formatted(here));
  }
}
