package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.cluster.ClusterSources.Elsewhere;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a policy may ask for, and this operator was not told where it is. */
class ClusterSourcesTest {
  private static final Elsewhere NOWHERE = Elsewhere.gateways(List.of());
  private static final Elsewhere GATEWAY = Elsewhere.gateways(List.of(URI.create("http://edge")));

  @Test
  void who_names_the_gateways_counters_needs_a_gateway_that_is_read() {
    Resolved policy = policy("{ preset: edge-errors }");
    assertThat(ClusterSources.lacking(NOWHERE, policy))
        .extracting(Problem::path, Problem::mend)
        .containsExactly(
            tuple(
                "spec.analysis.metrics[0]",
                "start it with --gateway-metrics URL, or judge by the pods' own metrics"));
    assertThat(ClusterSources.lacking(GATEWAY, policy)).isEmpty();
  }

  @Test
  void who_does_not_name_them_needs_none() {
    assertThat(ClusterSources.lacking(NOWHERE, policy("{ preset: errors }"))).isEmpty();
  }

  private static Resolved policy(String metric) {
    Parsed<Manifest> read =
        Manifest.read(
            """
            apiVersion: sluice.dev/v1alpha1
            kind: ReleasePolicy
            metadata: { name: web, namespace: shop }
            spec:
              workloadRef: { name: web }
              services: [web]
              strategy: { blueGreen: {} }
              analysis: { metrics: [%s] }
            """
                .formatted(metric));
    Manifest manifest = ((Parsed.Ok<Manifest>) read).value();
    return Resolved.of(
        (ReleasePolicy) manifest.objects().getFirst(), manifest, Spec.Route.FULL, new Problems());
  }
}
