package dev.sluice.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Crds;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The chart brings just what {@code sluice install} puts on a cluster. */
class ChartFilesTest {
  private static final Path DIRECTORY = Path.of("../deploy/chart/sluice/files");

  /** The chart's templates put the release's namespace in its place. */
  private static final String NAMESPACE = "SLUICE_NAMESPACE";

  @Test
  void the_chart_has_the_objects_of_an_installation() throws IOException {
    boolean write = System.getProperty("sluice.chart", "").equals("write");
    Map<String, String> files =
        Map.of(
            "crds.yaml",
            joined(Crds.all()),
            "cluster.yaml",
            yaml(Installation.clusterWide(NAMESPACE)),
            "namespace.yaml",
            yaml(Installation.inNamespace(NAMESPACE)));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = DIRECTORY.resolve(file.getKey());
      if (write) {
        Files.writeString(path, file.getValue());
      }
      assertThat(path)
          .as(
              "%s follows from Installation; write it anew by ./mvnw -pl kubernetes -am test"
                  + " -Dtest=ChartFilesTest -Dsurefire.failIfNoSpecifiedTests=false"
                  + " -Dsluice.chart=write",
              path)
          .hasContent(file.getValue());
    }
  }

  private static String yaml(Installation installation) {
    return joined(
        installation.objects().stream()
            .filter(o -> !(o instanceof Namespace) && !(o instanceof CustomResourceDefinition))
            .map(Serialization::asYaml)
            .toList());
  }

  private static String joined(List<String> documents) {
    return documents.stream()
        .map(document -> document.replaceFirst("^---\n", "").strip() + "\n")
        .collect(Collectors.joining("---\n"));
  }
}
