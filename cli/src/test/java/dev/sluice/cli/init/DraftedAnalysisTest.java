package dev.sluice.cli.init;

import static dev.sluice.cli.init.Drafts.ANNOTATED;
import static dev.sluice.cli.init.Drafts.MICROMETER;
import static dev.sluice.cli.init.Drafts.ROUTE;
import static dev.sluice.cli.init.Drafts.WEB;
import static dev.sluice.cli.init.Drafts.around;
import static dev.sluice.cli.init.Drafts.deployment;
import static dev.sluice.cli.init.Drafts.draft;
import static dev.sluice.cli.init.Drafts.findings;
import static dev.sluice.cli.init.Drafts.page;
import static dev.sluice.cli.init.Drafts.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.probes.metrics.Findings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** By what a drafted policy judges: by what was seen to be there. */
class DraftedAnalysisTest {
  @Test
  void a_port_named_metrics_is_asked_where_no_annotation_says_another() throws Exception {
    String web =
        WEB.replace(
                "annotations: { prometheus.io/scrape: \"true\", prometheus.io/port: \"9090\" }", "")
            .replace(
                "[{ containerPort: 8080 }]",
                "[{ containerPort: 8080 }, { name: metrics, containerPort: 9102 }]");
    PolicyDraft draft =
        draft(
            around(deployment(web), List.of(ROUTE)),
            new MetricsSeen.NotAsked(
                "You may not.",
                Places.of(deployment(web), List.of()).stream()
                    .filter(p -> p.from() == Place.From.NAME)
                    .findFirst()));
    assertThat(read(draft).analysis().scrape().orElseThrow().port()).hasValue(9102);
    assertThat(draft.notes()).contains("You may not.");
  }

  @Test
  void where_metrics_are_not_found_it_says_what_will_be_asked() throws Exception {
    String web =
        WEB.replace(
            "annotations: { prometheus.io/scrape: \"true\", prometheus.io/port: \"9090\" }", "");
    PolicyDraft draft =
        draft(
            around(deployment(web), List.of(ROUTE)),
            new MetricsSeen.NotAsked("You may not.", Optional.empty()));
    assertThat(draft.notes()).anyMatch(n -> n.contains("port 8080, path /metrics will be asked"));
    assertThat(read(draft).analysis().scrape()).isEmpty();
  }

  @Test
  void what_the_page_showed_is_what_is_judged_and_why() throws Exception {
    PolicyDraft draft = draft(around(deployment(WEB), List.of(ROUTE)));
    PolicySpec.Analysis analysis = read(draft).analysis();
    assertThat(analysis.metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("errors", "latency");
    assertThat(analysis.metrics().getLast().slowerThan()).contains(Duration.ofMillis(250));
    assertThat(draft.text())
        .contains("Asked: 3 pods. Requests are named as by Micrometer; about 80 requests/s in all")
        .contains("99.5 % of the requests so far were within 250ms")
        .contains(
            "# - { name: order-failure, bad: 'orders_total{outcome!=\"ok\"}', total: orders_total }")
        .contains("the operator reads 2 pages of a gateway")
        .contains("in the 10m that Standard gives its stage of 1 % at the least")
        .contains("3 pods of the new version must run beside 3 of the old");
    String offered = draft.text().replace("      # - { name: order", "      - { name: order");
    assertThat(Manifest.read(offered)).as("taken up it is right").isInstanceOf(Parsed.Ok.class);
  }

  @Test
  void where_another_page_is_than_the_annotations_say_they_are_to_be_corrected() throws Exception {
    PolicyDraft draft =
        draft(
            around(deployment(WEB), List.of(ROUTE)),
            page(new Place(8080, "/actuator/prometheus", Place.From.GUESS), MICROMETER, 80));
    assertThat(read(draft).analysis().scrape().orElseThrow().path())
        .contains("/actuator/prometheus");
    assertThat(draft.notes())
        .anyMatch(n -> n.contains("say port 9090, path /metrics, where no page is"));
  }

  @Test
  void what_no_histogram_tells_is_not_judged_and_said() throws Exception {
    Findings sums =
        findings(
            """
            # TYPE http_request_duration_seconds histogram
            http_request_duration_seconds_bucket{code="200",le="+Inf"} 7
            http_requests_total{code="200"} 7
            """);
    PolicyDraft draft = draft(around(deployment(WEB), List.of(ROUTE)), page(ANNOTATED, sums, 80));
    assertThat(read(draft).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("errors");
    assertThat(draft.notes())
        .anyMatch(n -> n.startsWith("Latencies are a histogram whose buckets"));
  }

  @Test
  void pods_without_metrics_behind_a_route_are_judged_by_the_gateway_alone() throws Exception {
    MetricsSeen none = new MetricsSeen.None(List.of(new Place(8080, "/metrics", Place.From.GUESS)));
    PolicyDraft told = draft(around(deployment(WEB), List.of(ROUTE)), none);
    assertThat(read(told).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("edge-errors");
    assertThat(told.notes())
        .contains("The pods show no metrics: asked were port 8080, path /metrics.");

    PolicyDraft notTold =
        PolicyDraft.of(
            new Seen(around(deployment(WEB), List.of(ROUTE)), none, new GatewaySeen.NotTold()));
    assertThat(notTold.notes())
        .anyMatch(n -> n.contains("--gateway-metrics URL (chart: gatewayMetrics), the policy is"));
    assertThat(read(notTold).analysis().metrics()).hasSize(1);

    PolicyDraft nobody = draft(around(deployment(WEB), List.of()), none);
    assertThat(nobody.notes()).anyMatch(n -> n.startsWith("Without metrics, and with no route"));
  }

  @Test
  void a_page_that_tells_no_failures_leaves_them_to_the_gateway() throws Exception {
    PolicyDraft draft =
        draft(
            around(deployment(WEB), List.of(ROUTE)),
            page(ANNOTATED, findings("http_request_duration_seconds_count{path=\"/\"} 7\n"), 0));
    assertThat(read(draft).analysis().metrics())
        .extracting(PolicySpec.Metric::label)
        .containsExactly("edge-errors");
    assertThat(draft.notes()).anyMatch(n -> n.contains("without a status"));
  }
}
