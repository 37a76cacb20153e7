package dev.sluice.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real kubectl, as somebody in a namespace: what a foreign writer does is what kubectl does.
 *
 * @param who flags that say as whom
 */
public record Kubectl(Kubelab cluster, String namespace, List<String> who) {
  private static final int SECONDS = 60;

  /** What became of a command. */
  public record Outcome(int exit, String out, String err) {
    public boolean refused() {
      return exit != 0;
    }
  }

  /** Who may do everything. */
  public static Kubectl admin(Kubelab cluster, String namespace) {
    return new Kubectl(cluster, namespace, List.of());
  }

  /** Who has the rights that somebody bound to that name. */
  public static Kubectl person(Kubelab cluster, String namespace, String name) {
    return new Kubectl(cluster, namespace, List.of("--as=" + name));
  }

  /** What it printed; a refusal is a failure of the test. */
  public String run(String... arguments) {
    return with("", arguments);
  }

  /** The same with a manifest on standard input. */
  public String with(String manifest, String... arguments) {
    Outcome outcome = attempt(manifest, arguments);
    if (outcome.refused()) {
      throw new AssertionError(String.join(" ", arguments) + ": " + outcome.err());
    }
    return outcome.out().strip();
  }

  /** A server-side apply that takes every conflict for its own, as GitOps tools do. */
  String forced(String manager, String manifest, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("apply", "--server-side", "--force-conflicts", "-f", "-"));
    arguments.add("--field-manager=" + manager);
    arguments.addAll(List.of(more));
    return with(manifest, arguments.toArray(String[]::new));
  }

  /**
   * What kubectl replace does. It writes what it has just read, so it is tried again where somebody
   * else wrote in between.
   */
  void replaced(String manifest) {
    Await.until(
        "nobody writes in between",
        Duration.ofSeconds(SECONDS),
        () -> {
          Outcome outcome = attempt(manifest, "replace", "-f", "-");
          if (outcome.refused() && !outcome.err().contains("the object has been modified")) {
            throw new AssertionError("replace: " + outcome.err());
          }
          return !outcome.refused();
        });
  }

  public Outcome attempt(String manifest, String... arguments) {
    return call("true", manifest, arguments);
  }

  /** An edit by a person whose whole work is one expression of sed. */
  String edit(String sed, String object) {
    Outcome outcome = call("sed -i " + sed, "", "edit", object);
    if (outcome.refused()) {
      throw new AssertionError("edit: " + outcome.err());
    }
    return outcome.out();
  }

  private Outcome call(String editor, String manifest, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Scripts.home().resolve("bin/kubectl").toString());
    command.addAll(List.of("--kubeconfig=" + cluster.kubeconfig(), "--namespace=" + namespace));
    command.addAll(who);
    command.addAll(List.of(arguments));
    try {
      Path in = Files.createTempFile("kubectl-", ".yaml");
      Path out = Files.createTempFile("kubectl-", ".out");
      Path err = Files.createTempFile("kubectl-", ".err");
      Files.writeString(in, manifest);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("KUBE_EDITOR", editor);
      Process process = builder.start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " did not end within a minute");
      }
      Outcome outcome =
          new Outcome(
              process.exitValue(),
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      for (Path file : List.of(in, out, err)) {
        Files.delete(file);
      }
      return outcome;
    } catch (IOException e) {
      throw new AssertionError("kubectl could not be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
