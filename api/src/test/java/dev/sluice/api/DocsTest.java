package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the docs show can be copied. */
class DocsTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service, namespace: shop }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
      """;
  private static final String STRATEGY = "  strategy: { canary: { preset: Standard } }\n";

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(DOCS)) {
      return files.filter(p -> p.toString().endsWith(".md")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_block_of_yaml_can_be_read(Path page) throws IOException {
    List<String> blocks =
        BLOCK.matcher(Files.readString(page)).results().map(block -> block.group(1)).toList();
    for (String block : blocks) {
      if (block.startsWith("  ")) {
        assertThat(read(policyWith(block))).as(block).isEmpty();
      } else if (block.contains("apiVersion: " + ApiObject.VERSION)) {
        // The API server makes the name; a reader wants one.
        String named = block.replaceAll("generateName: ([a-z-]+)-,", "name: $1,");
        assertThat(read(named)).as(block).isEmpty();
      } else {
        assertThat(documents(block)).as(block).isNotEmpty().allMatch(JsonNode::isObject);
      }
    }
  }

  /** A part of a policy is indented as it stands there. */
  private static String policyWith(String part) {
    String strategy =
        part.contains("\n  strategy:") || part.startsWith("  strategy:") ? "" : STRATEGY;
    String policy =
        part.startsWith("  route:") ? POLICY.replaceFirst("(?m)^  route:.*\n", "") : POLICY;
    return policy + strategy + part;
  }

  private static List<JsonNode> documents(String block) throws IOException {
    try (MappingIterator<JsonNode> all =
        new YAMLMapper().readerFor(JsonNode.class).readValues(block)) {
      return all.readAll();
    }
  }

  private static List<Problem> read(String text) {
    return switch (Manifest.read(text)) {
      case Parsed.Bad<Manifest> bad -> bad.problems();
      case Parsed.Ok<Manifest>(Manifest manifest) -> {
        Problems problems = new Problems();
        for (ApiObject object : manifest.objects()) {
          if (object instanceof ReleasePolicy policy) {
            Resolved.of(policy, manifest, Spec.Route.FULL, problems);
          }
        }
        yield problems.list();
      }
    };
  }
}
