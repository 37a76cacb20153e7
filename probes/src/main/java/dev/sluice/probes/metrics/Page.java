package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a pod's metrics in Prometheus' text format 0.0.4, and of it only what is judged:
 * requests that failed and how long requests took, by the names that Micrometer gives them, and the
 * metrics that the policy names. What the platform itself asks (probes, scrapes) does not count.
 */
final class Page {
  private static final String REQUESTS = "http_server_requests_seconds_";
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*\\})?\\s+(\\S+)(?:\\s+-?\\d+)?\\s*");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern OWN =
      Pattern.compile("/(startup|livez|readyz|version|metrics|actuator(/.*)?)");

  private final Map<String, Selectors> own;
  private final Map<String, double[]> counted = new HashMap<>();
  private double bad;
  private double total;
  private final SortedMap<Double, Double> le = new TreeMap<>();

  private Page(Map<String, Selectors> own) {
    this.own = own;
    own.keySet().forEach(metric -> counted.put(metric, new double[2]));
  }

  /**
   * Metrics without an event yet read 0: they are there, and nothing has happened.
   *
   * @param own the policy's own metrics, by name
   */
  static Map<String, Reading> read(String text, Map<String, Selectors> own) {
    Page page = new Page(own);
    text.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').forEach(page::line);
    Map<String, Reading> read = new HashMap<>();
    read.put("errors", Reading.rate(page.bad, page.total));
    if (!page.le.isEmpty()) {
      read.put("latency", Reading.histogram(page.le));
    }
    page.counted.forEach((metric, n) -> read.put(metric, Reading.rate(n[0], n[1])));
    return Map.copyOf(read);
  }

  private void line(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      return;
    }
    String name = sample.group(1);
    boolean requests = name.startsWith(REQUESTS);
    if (!requests && own.isEmpty()) {
      return;
    }
    Map<String, String> labels = new HashMap<>();
    String cut = sample.group(2);
    Matcher label = LABEL.matcher(cut == null ? "" : cut);
    while (label.find()) {
      labels.put(label.group(1), label.group(2).translateEscapes());
    }
    double value = Double.parseDouble(sample.group(3));
    own.forEach(
        (metric, selectors) -> {
          double[] n = counted.getOrDefault(metric, new double[2]);
          n[0] += selectors.bad().selects(name, labels) ? value : 0;
          n[1] += selectors.total().selects(name, labels) ? value : 0;
        });
    if (requests && !OWN.matcher(labels.getOrDefault("uri", "")).matches()) {
      request(name.substring(REQUESTS.length()), labels, value);
    }
  }

  private void request(String name, Map<String, String> labels, double value) {
    switch (name) {
      case "count" -> {
        total += value;
        bad += labels.getOrDefault("status", "").startsWith("5") ? value : 0;
      }
      case "bucket" -> {
        String bound = labels.getOrDefault("le", "+Inf");
        double upTo = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
        le.merge(upTo, value, Double::sum);
      }
      default -> {
        // sums are not judged
      }
    }
  }
}
