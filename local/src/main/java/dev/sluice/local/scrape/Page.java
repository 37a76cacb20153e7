package dev.sluice.local.scrape;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a pod's metrics in Prometheus' text format 0.0.4, and of it only what is judged:
 * requests that failed and how long requests took, by the names that Micrometer gives them. What
 * the platform itself asks (probes, scrapes) does not count.
 */
final class Page {
  private static final String REQUESTS = "http_server_requests_seconds_";
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern OWN =
      Pattern.compile("/(startup|livez|readyz|version|metrics|actuator(/.*)?)");

  private double bad;
  private double total;
  private final SortedMap<Double, Double> le = new TreeMap<>();

  /** Metrics without an event yet read 0: they are there, and nothing has happened. */
  static Map<String, Reading> read(String text) {
    Page page = new Page();
    text.lines().filter(line -> line.startsWith(REQUESTS)).forEach(page::line);
    if (page.le.isEmpty()) {
      return Map.of("errors", Reading.rate(page.bad, page.total));
    }
    return Map.of(
        "errors", Reading.rate(page.bad, page.total), "latency", Reading.histogram(page.le));
  }

  private void line(String line) {
    int space = line.lastIndexOf(' ');
    int open = line.indexOf('{');
    if (open < 0 || space < open) {
      return;
    }
    String name = line.substring(REQUESTS.length(), open);
    double value = Double.parseDouble(line.substring(space + 1));
    String status = "";
    String bound = "";
    Matcher label = LABEL.matcher(line.substring(open, space));
    while (label.find()) {
      switch (label.group(1)) {
        case "status" -> status = label.group(2);
        case "le" -> bound = label.group(2);
        case "uri" -> {
          if (OWN.matcher(label.group(2)).matches()) {
            return;
          }
        }
        default -> {
          // other labels cut the same requests in other ways
        }
      }
    }
    switch (name) {
      case "count" -> {
        total += value;
        bad += status.startsWith("5") ? value : 0;
      }
      case "bucket" -> {
        double upTo = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
        le.merge(upTo, value, Double::sum);
      }
      default -> {
        // sums are not judged
      }
    }
  }
}
