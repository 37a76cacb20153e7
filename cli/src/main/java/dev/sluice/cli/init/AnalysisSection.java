package dev.sluice.cli.init;

import dev.sluice.api.ShortDuration;
import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.probes.metrics.Findings;
import dev.sluice.probes.metrics.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** By what a new version is judged: by what was seen to be there, and by nothing else. */
final class AnalysisSection {
  private final Sheet sheet;
  private final Seen seen;

  AnalysisSection(Sheet sheet, Seen seen) {
    this.sheet = sheet;
    this.seen = seen;
  }

  void write() {
    sheet.line("  analysis:");
    sheet.line("    # The new version is judged beside the old one, by the same minutes.");
    sheet.line(
        "    # Measured: until the rate of false alarms is known here, evidence holds and asks, and only an outage aborts.");
    sheet.line("    arm: Measured");
    switch (seen.metrics()) {
      case MetricsSeen.Page page when page.findings().judgeable() -> shown(page);
      case MetricsSeen.Page page -> speechless(page);
      case MetricsSeen.None none -> none(none);
      case MetricsSeen.NotAsked not -> unseen(not);
    }
  }

  private void shown(MetricsSeen.Page page) {
    Findings findings = page.findings();
    at(page.place());
    sheet.line(
        "    # Asked: %s. Requests are named as by %s%s.",
        pods(page.pods()),
        String.join(" and ", findings.families()),
        page.perSecond().isPresent()
            ? "; about %s requests/s in all were seen"
                .formatted(TrafficFit.number(page.perSecond().getAsDouble()))
            : "");
    sheet.line("    metrics:");
    sheet.line("      - { preset: errors }");
    latency(page);
    outcomes(findings.outcomes());
    gateway();
  }

  private void latency(MetricsSeen.Page page) {
    switch (page.findings().timed()) {
      case BUCKETS -> {
        Optional<SlowerThan> bound = SlowerThan.fitting(page.within());
        if (bound.isPresent()) {
          sheet.line(
              "      # A histogram with buckets: %s of the requests so far were within %s, which is the bound of one.",
              percent(bound.get().within()), ShortDuration.format(bound.get().bound()));
          sheet.line(
              "      - { preset: latency, slowerThan: %s }",
              ShortDuration.format(bound.get().bound()));
        } else {
          sheet.line(
              "      # A histogram with buckets; too few requests, or none of its bounds, say what is slow here. Two bounds");
          sheet.line("      # are chosen from the old version's own times when a release begins.");
          sheet.line("      - { preset: latency }");
        }
      }
      case NATIVE ->
          sheet.note(
              "Latencies are a histogram whose buckets the page does not show, neither as text nor in Prometheus' protobuf format: expose buckets to have them judged. Add - { preset: latency } then.");
      case SUMMARY ->
          sheet.note(
              "Latencies are a summary, from which nobody can tell how many requests were slow: expose a histogram with buckets to have them judged. Add - { preset: latency } then.");
      case NOT_AT_ALL ->
          sheet.note(
              "No histogram of latencies is on the page, so only errors are judged. Add - { preset: latency } once there is one.");
    }
  }

  private void outcomes(List<Outcome> outcomes) {
    if (!outcomes.isEmpty()) {
      sheet.line(
          "      # These counters look like results of business. Judge by one only if its bad events are the version's fault:");
    }
    for (Outcome outcome : outcomes) {
      sheet.line(
          "      # - { name: %s, bad: '%s', total: %s }",
          name(outcome.metric()), outcome.bad(), outcome.metric());
    }
  }

  /** As a policy can say it: {@code orders_total} is {@code order-failure}. */
  static String name(String metric) {
    String word =
        metric
            .replaceFirst("_total$", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "")
            .replaceFirst("s$", "");
    String cut = word.substring(0, Math.min(word.length(), 40)).replaceAll("-$", "");
    return cut + "-failure";
  }

  /** Beside the pods' own metrics. */
  private void gateway() {
    switch (seen.gateway()) {
      case GatewaySeen.Said _ ->
          sheet.line(
              "      # edge-errors comes by itself: the operator reads a gateway, as was said, and so sees what pods never do (refused, hung).");
      case GatewaySeen.Told(int pages) ->
          sheet.line(
              "      # edge-errors comes by itself: the operator reads %s of a gateway, and so sees what pods never do (refused, hung).",
              pages == 1 ? "1 page" : pages + " pages");
      case GatewaySeen.NotTold _ ->
          sheet.note(
              "The operator was not told where a gateway's metrics are: requests that are refused or hang reach no pod's counters, and show only as a share that is missing. Start it with --gateway-metrics URL (chart: gatewayMetrics).");
      case GatewaySeen.Unknown(String why) -> {
        sheet.line(
            "      # edge-errors comes by itself where the operator was told of a gateway's metrics (--gateway-metrics URL); whether it was");
        sheet.line(
            "      # could not be seen (%s). Without, requests that are refused or hang show only as a missing share.",
            why);
      }
    }
  }

  private void speechless(MetricsSeen.Page page) {
    Findings findings = page.findings();
    String what =
        findings.families().isEmpty()
            ? "no counter of requests by a name that Sluice knows"
            : "requests (as by %s) without a status, so that failures cannot be told"
                .formatted(String.join(" and ", findings.families()));
    sheet.note("The pods' page of metrics (%s) has %s.".formatted(page.place(), what));
    byTheGateway(findings.outcomes());
  }

  private void none(MetricsSeen.None none) {
    sheet.note(
        "The pods show no metrics: asked were %s."
            .formatted(
                none.asked().isEmpty()
                    ? "none, for they declare no port"
                    : none.asked().stream()
                        .map(Place::toString)
                        .collect(Collectors.joining("; "))));
    byTheGateway(List.of());
  }

  /** What the pods do not tell, a gateway can, if users come through one. */
  private void byTheGateway(List<Outcome> outcomes) {
    if (seen.around().leads().isEmpty()) {
      sheet.note(
          "Without metrics, and with no route whose gateway could count instead, nothing is judged, and a release stands still. Show metrics, and name them by scrape: { port: …, path: /metrics }.");
      return;
    }
    sheet.line(
        "    # So the gateway is the only witness: what it sent to each version, and what came back.");
    sheet.line("    metrics:");
    sheet.line("      - { preset: edge-errors }");
    outcomes(outcomes);
    switch (seen.gateway()) {
      case GatewaySeen.Said _ -> sheet.line("      # The operator reads a gateway, as was said.");
      case GatewaySeen.Told(int pages) ->
          sheet.line(
              "      # The operator reads %s of a gateway.",
              pages == 1 ? "1 page" : pages + " pages");
      case GatewaySeen.NotTold _ ->
          sheet.note(
              "The operator was not told where the gateway's metrics are: until it is started with --gateway-metrics URL (chart: gatewayMetrics), the policy is Stalled and says so.");
      case GatewaySeen.Unknown(String why) ->
          sheet.note(
              "The operator must know where the gateway's metrics are (--gateway-metrics URL, chart: gatewayMetrics), or the policy is Stalled and says so. Whether it does could not be seen (%s)."
                  .formatted(why));
    }
  }

  private void unseen(MetricsSeen.NotAsked not) {
    sheet.note(not.why());
    if (not.likely().isPresent()) {
      at(not.likely().get());
      sheet.line("    # It was not looked at.");
    } else {
      sheet.note(
          "How the pods show their metrics was not found (no annotation prometheus.io/…, no port named metrics): %s. Without metrics nothing is judged, and a release stands still."
              .formatted(
                  Places.usual(seen.around().deployment())
                      .map(place -> place + " will be asked")
                      .orElse("write scrape: { port: …, path: /metrics }")));
    }
    gateway();
  }

  private void at(Place place) {
    Optional<Place> annotated = Places.annotated(seen.around().deployment());
    if (place.from() == Place.From.ANNOTATIONS) {
      sheet.line(
          "    # Where the pods show their metrics is said by their annotations prometheus.io/…: %s.",
          place);
      return;
    }
    sheet.line("    # The pods' metrics; %s.", place.because());
    sheet.line("    scrape: { port: %d, path: %s }", place.port(), quoted(place.path()));
    annotated.ifPresent(
        wrong ->
            sheet.note(
                "The pods' annotations prometheus.io/… say %s, where no page is, and they are followed before the policy: correct them, or take them away."
                    .formatted(wrong)));
  }

  private static String quoted(String path) {
    return path.matches("[\\w./-]+") ? path : "'" + path.replace("'", "''") + "'";
  }

  private static String pods(int count) {
    return count == 1 ? "1 pod" : count + " pods";
  }

  private static String percent(double share) {
    return share >= 1
        ? "all"
        : String.format(Locale.ROOT, "%.1f %%", Math.floor(share * 1000) / 10);
  }
}
