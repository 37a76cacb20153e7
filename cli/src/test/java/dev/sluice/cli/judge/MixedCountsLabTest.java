package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.cli.Sluice;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Counts;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two releases in the lab of a service that counts every request alike: its node asks each pod
 * every second whether it is ready, and its control reads each every two.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class MixedCountsLabTest {
  private static final String SCENARIO =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Scenario
      metadata: { name: mixed }
      spec:
        about: Health checks and scrapes count as requests, and no label tells them.
        load: { rate: 4 }
        versions:
          v1: { env: { COUNTS_ALL_ALIKE: "true" } }
          v2: { env: { COUNTS_ALL_ALIKE: "true" } }
          v3: { env: { COUNTS_ALL_ALIKE: "true", ERRORS: "1" } }
        steps:
          - { deploy: v2, after: 2s }
          - { command: Approve, once: Preparing, after: 20s, reason: the pods idled }
          - { deploy: v3, after: 2s }
          - { command: Approve, once: Preparing, after: 4s, reason: again }
        expect: { v2: Succeeded, v3: Aborted }
        limit: 5m
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        route: { gateway: { httpRoutes: [{ name: orders }] } }
        strategy:
          canary:
            stages:
              - { name: half, weight: 50, min: 10s, max: 12s, approve: Before }
            bake: 4s
        drain: 1s
        keepWarm: 0s
        analysis: { arm: Always, minimum: 5 }
      """;

  @TempDir private Path temp;

  @Test
  void the_second_release_counts_users_alone() throws Exception {
    Path file = Files.writeString(temp.resolve("mixed.yaml"), SCENARIO);
    Path folder = temp.resolve("lab");
    Sluice lab = Sluice.run("lab", "--scenario", file.toString(), "--folder", folder.toString());
    assertThat(lab.exit()).as(lab.err() + lab.out()).isZero();

    Saved saved = JsonStore.read(folder.resolve("state.json")).orElseThrow();
    for (String metric : new String[] {"errors", "latency"}) {
      Background.Part part =
          saved.apart().judged().parts().getOrDefault(metric, new Background.Part(9, 9, 9));
      assertThat(part.perRead()).as("our own scrape of " + metric).isEqualTo(1);
      assertThat(part.perSecond()).as("one a second, rather less").isBetween(0.6, 1.05);
    }
    Counts counted = total(saved, "errors");
    Counts sent = total(saved, "edge-errors");
    assertThat(counted.nc())
        .as("as many as the gateway sent to the new version")
        .isCloseTo(sent.nc(), within(3 + 0.25 * sent.nc()));
    assertThat(counted.nb())
        .as("and to the old one")
        .isCloseTo(sent.nb(), within(6 + 0.25 * sent.nb()));
    assertThat(counted.ec())
        .as("but for those of a page that is yet to come")
        .isCloseTo(sent.ec(), within(3.0));
  }

  private static Counts total(Saved saved, String metric) {
    return saved.ledger().metrics().stream()
        .filter(row -> row.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .total();
  }
}
