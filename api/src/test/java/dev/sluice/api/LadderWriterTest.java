package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.ladder.Ladder;
import dev.sluice.engine.model.Spec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the judge alone is told of a policy is what a release by that policy is judged by. */
class LadderWriterTest {
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final String POLICY =
      """
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
              - { name: whitelist, match: [{ header: x-canary, exact: always }], min: 10s, max: 20s }
              - { name: small, weight: "2.5%", min: 30s, max: 90s }
              - { name: full, weight: 100, holdback: 10%, min: 1m, max: 2m }
            bake: 3m
        analysis:
          falseAlarm: "0.5%"
          exposure: { requests: 200 }
          onInconclusive: Abort
          arm: Measured
          minimum: 50
          scrape: { port: 9090 }
          metrics:
            - { preset: errors }
            - { preset: latency, slowerThan: 500ms, tolerance: { factor: 1.3 } }
            - { preset: edge-errors }
            - { name: order-failure, bad: 'orders_total{outcome!="ok"}', total: orders_total }
            - { template: payments }
            - { preset: cpu, warmUp: 90s }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: MetricTemplate
      metadata: { name: payments }
      spec:
        bad: payments_total{result="declined"}
        total: payments_total
        tolerance: { factor: 2, points: "0.1%" }
      """;

  @Test
  void its_analysis_and_its_stages_are_read_back_as_the_release_has_them() {
    Resolved policy = resolved(POLICY);
    Ladder ladder = read(written(policy, policy.spec()));
    assertThat(ladder.analysis())
        .usingRecursiveComparison()
        .as("but for the pages and series, which are not read there")
        .ignoringFields("metrics.counting")
        .isEqualTo(policy.spec().analysis());
    assertThat(ladder.tick()).isEqualTo(TICK);
    assertThat(ladder.completions()).isTrue();
    assertThat(ladder.rungs())
        .extracting(Ladder.Rung::name, Ladder.Rung::percent, Ladder.Rung::min, Ladder.Rung::max)
        .as("a stage's weight is what it serves: less its holdback")
        .containsExactly(
            tuple("whitelist", 0.0, Duration.ofSeconds(10), Duration.ofSeconds(20)),
            tuple("small", 2.5, Duration.ofSeconds(30), Duration.ofSeconds(90)),
            tuple("full", 90.0, Duration.ofMinutes(1), Duration.ofMinutes(2)));
  }

  @Test
  void the_times_are_those_that_are_really_kept() {
    Resolved policy = resolved(POLICY);
    Ladder ladder = read(written(policy, Pace.divide(policy.spec(), 30)));
    assertThat(ladder.rungs().getLast().max()).isEqualTo(Duration.ofSeconds(4));
    assertThat(ladder.tick()).as("which no pace divides").isEqualTo(TICK);
  }

  @Test
  void nothing_is_added_to_what_the_policy_says_of_who_may_abort() {
    Resolved always = resolved(POLICY.replace("arm: Measured", "arm: Always"));
    assertThat(written(always, always.spec()).at("/config/analysis/arm").asText())
        .isEqualTo("Always");
    Resolved silent = resolved(POLICY.replace("arm: Measured", ""));
    assertThat(written(silent, silent.spec()).at("/config/analysis/arm").asText())
        .isEqualTo("Measured");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bad: 'orders_total{outcome!="ok"}', total: orders_total | prometheus: { bad: 'sum(a{{{selector}}})', total: 'sum(b{{{selector}}})' } | spec.analysis.metrics[3] is order-failure, which Prometheus counts, and a record holds what pods and gateways count; leave --record out
          holdback: 10% | holdback: 98% | config.stages[2].weight falls to 2.0 from 2.5; write at least 2.5; a stage never takes users back
          """)
  void what_the_judge_alone_cannot_be_told_is_refused(String right, String wrong, String says) {
    assertThat(POLICY).contains(right);
    Resolved policy = resolved(POLICY.replace(right, wrong));
    assertThat(refused(policy)).contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          blueGreen: { validate: 1m }                       | spec.strategy.blueGreen moves all users at once, and a record is of weights; leave --record out
          canary: { stages: [{ name: half, weight: 50 }] }  | spec.route is not there, so that pods divide the traffic and no weights; leave --record out
          """)
  void a_release_without_weights_is_refused(String strategy, String says) {
    Resolved policy =
        resolved(
            """
            apiVersion: sluice.dev/v1alpha1
            kind: ReleasePolicy
            metadata: { name: orders }
            spec:
              workloadRef: { name: orders }
              services: [orders]
              strategy: { %s }
              %s
            """
                .formatted(
                    strategy,
                    strategy.startsWith("blueGreen")
                        ? "route: { gateway: { httpRoutes: [{ name: orders }] } }"
                        : ""));
    assertThat(refused(policy)).containsExactly(says);
  }

  private static ObjectNode written(Resolved policy, Spec spec) {
    return ((Parsed.Ok<ObjectNode>) LadderWriter.write(policy, spec, TICK)).value();
  }

  private static List<String> refused(Resolved policy) {
    return ((Parsed.Bad<ObjectNode>) LadderWriter.write(policy, policy.spec(), TICK))
        .problems().stream().map(Problem::toString).toList();
  }

  private static Ladder read(ObjectNode line) {
    return ((Parsed.Ok<Ladder>) LadderReader.read(line)).value();
  }

  private static Resolved resolved(String text) {
    Manifest manifest = ((Parsed.Ok<Manifest>) Manifest.read(text)).value();
    ReleasePolicy policy = (ReleasePolicy) manifest.objects().getFirst();
    Problems problems = new Problems();
    Resolved resolved = Resolved.of(policy, manifest, Spec.Route.FULL, problems);
    assertThat(problems.list()).isEmpty();
    return resolved;
  }
}
