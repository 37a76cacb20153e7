package dev.sluice.e2e.chart;

import dev.sluice.e2e.Kubelab;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Helm 4's own binary, with the chart of this repository. */
final class Helm {
  static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();
  static final String CHART = DEPLOY.resolve("chart/sluice").toString();
  private static final int MINUTES = 5;

  private final Map<String, String> environment = new TreeMap<>();

  private Helm(Optional<Kubelab> cluster) {
    Path home = Path.of("target", "e2e", "helm").toAbsolutePath();
    environment.put("HELM_CACHE_HOME", home.toString());
    environment.put("HELM_CONFIG_HOME", home.toString());
    environment.put("KUBECONFIG", cluster.map(c -> c.kubeconfig().toString()).orElse("/dev/null"));
  }

  static Helm without_a_cluster() {
    return new Helm(Optional.empty());
  }

  /** As the admin of that cluster. */
  static Helm of(Kubelab cluster) {
    return new Helm(Optional.of(cluster));
  }

  /** What became of a command. */
  record Outcome(int exit, String said) {}

  /** What it said; a failure is a failure of the test. */
  String run(String... arguments) {
    Outcome outcome = attempt(arguments);
    if (outcome.exit() != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + outcome.said());
    }
    return outcome.said();
  }

  Outcome attempt(String... arguments) {
    try {
      Path said = Files.createTempFile("helm-", ".out");
      List<String> command = new ArrayList<>();
      command.add(Kubelab.program("gitops/helm").toString());
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("helm did not end within %d min".formatted(MINUTES));
      }
      String text = Files.readString(said);
      Files.delete(said);
      return new Outcome(process.exitValue(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What the chart makes with those values, in sluice-system; hooks too. */
  List<GenericKubernetesResource> rendered(String... values) {
    List<String> arguments =
        new ArrayList<>(List.of("template", "sluice", CHART, "--namespace=sluice-system"));
    arguments.addAll(List.of(values));
    return objects(run(arguments.toArray(String[]::new)));
  }

  static List<GenericKubernetesResource> objects(String yaml) {
    return Stream.of(yaml.split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }
}
