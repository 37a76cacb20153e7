package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of the docs shows can be copied. */
class DocsTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service, namespace: shop }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        strategy: { canary: { preset: Standard } }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"metrics.md", "checks.md"})
  void a_page_shows_what_can_be_read(String page) throws IOException {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Path.of("../docs", page)))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
    for (String block : blocks) {
      // A part of a policy is indented as it stands there.
      assertThat(read(block.startsWith("  ") ? POLICY + block : block)).as(block).isEmpty();
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
