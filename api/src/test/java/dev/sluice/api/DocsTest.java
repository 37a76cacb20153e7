package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a page of the docs shows can be copied. */
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
        strategy: { canary: { preset: Standard } }
      """;

  @ParameterizedTest
  @CsvSource({"metrics, 4", "notifications, 7"})
  void a_page_shows_what_can_be_read(String page, int least) throws IOException {
    List<String> blocks = blocks(DOCS.resolve(page + ".md"));
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(least);
    for (String block : blocks) {
      // A part of a policy is indented as it stands there.
      assertThat(read(block.startsWith("  ") ? POLICY + block : block)).as(block).isEmpty();
    }
  }

  @Test
  void each_policy_of_any_page_can_be_read() throws IOException {
    List<String> policies = new ArrayList<>();
    try (Stream<Path> pages = Files.walk(DOCS)) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
        blocks(page).stream()
            .filter(block -> block.contains("kind: ReleasePolicy"))
            .forEach(policies::add);
      }
    }
    assertThat(policies).isNotEmpty();
    assertThat(policies).allSatisfy(policy -> assertThat(read(policy)).as(policy).isEmpty());
  }

  private static List<String> blocks(Path page) throws IOException {
    return BLOCK.matcher(Files.readString(page)).results().map(block -> block.group(1)).toList();
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
