package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.model.Spec;
import org.junit.jupiter.api.Test;

/** Templates as they are kept with a release, and what is wrong with them. */
class TemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SELECTORS = "{ \"bad\": \"failed_total\", \"total\": \"all_total\" }";

  @Test
  void what_was_kept_is_what_it_was() throws Exception {
    Templates templates = kept("MetricTemplate", "a", SELECTORS);
    ObjectNode state = JSON.createObjectNode();
    state.set("templates", templates.toJson());
    assertThat(Templates.kept(state)).contains(templates);
    assertThat(Templates.kept(JSON.createObjectNode())).isEmpty();
  }

  @Test
  void a_release_is_judged_to_its_end_by_what_it_began_with() throws Exception {
    Templates began = kept("MetricTemplate", "a", SELECTORS);
    Templates now = kept("MetricTemplate", "a", SELECTORS.replace("failed", "other"));
    assertThat(now).isNotEqualTo(began);
    assertThat(began.before(now)).isEqualTo(began);
    assertThat(began.before(kept("MetricTemplate", "b", SELECTORS)).toJson()).hasSize(2);
  }

  @Test
  void a_policy_is_resolved_with_the_templates_of_its_namespace_and_of_the_cluster()
      throws Exception {
    ReleasePolicy policy = policy("[{ template: a }, { clusterTemplate: b }]");
    Templates both =
        kept("MetricTemplate", "a", SELECTORS)
            .before(
                kept(
                    "ClusterMetricTemplate",
                    "b",
                    """
                    { "prometheus": { "bad": "sum(a{{{selector}}})", "total": "sum(b{{{selector}}})" } }
                    """));
    Problems problems = new Problems();
    Resolved resolved = Resolved.of(policy, both.with(policy, problems), Spec.Route.FULL, problems);
    assertThat(problems.list()).isEmpty();
    assertThat(resolved.metrics().getFirst().selectors()).isPresent();
    assertThat(resolved.metrics().getLast().queries()).isPresent();
  }

  @Test
  void a_template_that_is_wrong_is_said_where_the_policy_names_it() throws Exception {
    Problems problems = new Problems();
    kept("MetricTemplate", "a", "{ \"bad\": \"x{\", \"total\": \"x\" }")
        .with(policy("[{ preset: errors }, { template: a }]"), problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly("spec.analysis.metrics[1].template");
    assertThat(problems.list().getFirst().toString())
        .contains("names the MetricTemplate a, of which spec.bad cannot be read");
  }

  private static Templates kept(String kind, String name, String spec) throws Exception {
    JsonNode state =
        JSON.readTree(
            "{ \"templates\": [{ \"kind\": \"%s\", \"name\": \"%s\", \"spec\": %s }] }"
                .formatted(kind, name, spec));
    return Templates.kept(state).orElseThrow();
  }

  private static ReleasePolicy policy(String metrics) {
    return switch (Manifest.read(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: orders, namespace: shop }
        spec:
          workloadRef: { name: orders }
          services: [orders]
          strategy: { canary: {} }
          analysis: { metrics: %s }
        """
            .formatted(metrics))) {
      case Parsed.Ok<Manifest> ok -> (ReleasePolicy) ok.value().objects().getFirst();
      case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
    };
  }
}
