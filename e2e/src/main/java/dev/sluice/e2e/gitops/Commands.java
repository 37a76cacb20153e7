package dev.sluice.e2e.gitops;

import dev.sluice.e2e.Kubelab;
import dev.sluice.e2e.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The real programs, as the shop's developer, in its namespace. */
final class Commands {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\\S+");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_]+=.*");

  private final Shop shop;
  private final Path folder;

  /**
   * What became of a command.
   *
   * @param out what it printed, and what it complained of
   */
  record Outcome(int exit, String out) {}

  /**
   * @param folder for the manifests, and for what is said
   */
  Commands(Shop shop, Path folder) {
    this.shop = shop;
    this.folder = folder.toAbsolutePath();
    write(
        folder.resolve("Chart.yaml"),
        "apiVersion: v2\nname: shop\nversion: 0.1.0\ndescription: The shop as it is in Git\n");
    write(
        folder.resolve("bare.yaml"),
        String.join(
            "---\n",
            bare("v1", "Service"),
            bare("policy/v1", "PodDisruptionBudget"),
            bare("gateway.networking.k8s.io/v1", "HTTPRoute"),
            bare("apps/v1", "Deployment")));
  }

  private String bare(String version, String kind) {
    return "apiVersion: %s\nkind: %s\nmetadata: { name: %s, namespace: %s }\n"
        .formatted(version, kind, Shop.NAME, shop.namespace());
  }

  /**
   * A file of the directory of manifests; whoever reads it meanwhile sees the old one or the new.
   */
  void manifest(String name, String yaml) {
    write(folder.resolve("templates").resolve(name), yaml);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it; what it prints goes to that file. */
  Process start(String command, Path out) {
    List<String> words = words(command, folder);
    Map<String, String> environment = new TreeMap<>();
    environment.put("KUBECONFIG", shop.cluster().kubeconfig().toString());
    environment.put("HELM_DRIVER", "configmap"); // developers have no rights on secrets
    environment.put("HELM_CACHE_HOME", folder.resolve("helm").toString());
    environment.put("HELM_CONFIG_HOME", folder.resolve("helm").toString());
    while (VARIABLE.matcher(words.getFirst()).matches()) {
      String[] variable = words.removeFirst().split("=", 2);
      environment.put(variable[0], variable[1]);
    }
    String program = words.removeFirst();
    List<String> all = new ArrayList<>();
    all.add(Kubelab.program((program.equals("kubectl") ? "bin/" : "gitops/") + program).toString());
    all.addAll(who(program));
    all.addAll(words);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(all)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s is not there; make gitops builds it.".formatted(all.getFirst()), e);
    }
  }

  private List<String> who(String program) {
    String group = shop.developers();
    return switch (program) {
      case "kubectl" ->
          List.of(
              "--namespace=" + shop.namespace(), "--as=" + Shop.DEVELOPER, "--as-group=" + group);
      case "helm" ->
          List.of(
              "--namespace=" + shop.namespace(),
              "--kube-as-user=" + Shop.DEVELOPER,
              "--kube-as-group=" + group);
      default ->
          List.of("-namespace=" + shop.namespace(), "-as=" + Shop.DEVELOPER, "-as-group=" + group);
    };
  }

  /** Of a command, with what DIR, CHART and BARE stand for under that folder. */
  static List<String> words(String command, Path folder) {
    List<String> words = new ArrayList<>();
    WORD.matcher(command)
        .results()
        .forEach(m -> words.add(m.group(1) == null ? m.group() : m.group(1)));
    words.replaceAll(
        word ->
            switch (word) {
              case "DIR" -> folder.resolve("templates").toString();
              case "CHART" -> folder.toString();
              case "BARE" -> folder.resolve("bare.yaml").toString();
              default -> word;
            });
    return words;
  }

  /** Runs it to its end; one that does not end in time is killed, and failed. */
  Outcome run(String command, Duration deadline) throws InterruptedException {
    try {
      Path out = Files.createTempFile(folder, "said-", ".txt");
      try {
        Process process = start(command, out);
        if (!waited(process, deadline)) {
          return new Outcome(-1, "It did not end within %d s.".formatted(deadline.toSeconds()));
        }
        return new Outcome(process.exitValue(), Files.readString(out));
      } finally {
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean waited(Process process, Duration deadline) throws InterruptedException {
    try {
      if (process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } finally {
      end(process);
    }
    return false;
  }

  /** Asked first, then killed. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
