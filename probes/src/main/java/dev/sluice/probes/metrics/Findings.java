package dev.sluice.probes.metrics;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page turns out to show, for whoever looks at it for the first time. Requests and their
 * times are found by the code that reads them while a release is judged, so that what is promised
 * here is what will be seen then.
 *
 * @param families who names its requests so, of each protocol the one that counts
 * @param statuses whether failures can be told from successes
 * @param timed how it tells of latencies
 * @param readings what it has counted so far, by metric
 * @param outcomes counters that look like results of business
 */
public record Findings(
    List<String> families,
    boolean statuses,
    Timed timed,
    Map<String, Reading> readings,
    List<Outcome> outcomes) {
  /** How a page tells of the time that requests took. */
  public enum Timed {
    /** A histogram with buckets: how many were slower than a bound is known. */
    BUCKETS,
    /** A histogram whose buckets are not in the text: a native one, which the text cannot tell. */
    NATIVE,
    /** Sums or quantiles, which say nothing of a bound. */
    SUMMARY,
    NOT_AT_ALL
  }

  /** Types are written once for each family; a page has some hundred of them. */
  private static final Pattern TYPE =
      Pattern.compile("(?m)^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (histogram|summary)\\s*$");

  private static final Pattern SERIES =
      Pattern.compile(
          "(?m)^(# (TYPE|HELP) \\S+ |[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^\\n]*})? [-+0-9.NI])");

  public Findings {
    families = List.copyOf(families);
    readings = Map.copyOf(readings);
    outcomes = List.copyOf(outcomes);
  }

  /** Whether it tells how many requests there were, and how many of them failed. */
  public boolean judgeable() {
    return !families.isEmpty() && statuses;
  }

  /** The same page in Prometheus' protobuf format, which tells of native histograms, too. */
  public Findings natively(ByteBuffer families) {
    try {
      Map<String, Reading> all = Page.of(families, Sought.nothing()).readings();
      return all.containsKey("latency")
          ? new Findings(this.families, statuses, Timed.BUCKETS, all, outcomes)
          : this;
    } catch (IllegalArgumentException e) {
      return this;
    }
  }

  /** Empty: it is no page of metrics, or one that cannot be read. */
  public static Optional<Findings> of(String text) {
    if (!SERIES.matcher(text).find()) {
      return Optional.empty();
    }
    try {
      List<Requests> counting = Page.counting(text);
      Map<String, Reading> readings = Page.read(text, Sought.nothing());
      return Optional.of(
          new Findings(
              List.copyOf(
                  new TreeSet<>(counting.stream().map(r -> r.convention().family()).toList())),
              counting.stream().anyMatch(Requests::counts),
              readings.containsKey("latency") ? Timed.BUCKETS : timed(text),
              readings,
              Outcome.in(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Without buckets the text has a histogram's type and its sum, and nothing more. */
  private static Timed timed(String text) {
    Map<String, String> types = new HashMap<>();
    Matcher m = TYPE.matcher(text);
    while (m.find()) {
      types.put(m.group(1), m.group(2));
    }
    List<String> found = new ArrayList<>();
    for (Convention convention : Convention.ALL) {
      Optional.ofNullable(types.get(convention.buckets().replaceFirst("_bucket$", "")))
          .ifPresent(found::add);
    }
    if (found.contains("histogram")) {
      return Timed.NATIVE;
    }
    return found.isEmpty() ? Timed.NOT_AT_ALL : Timed.SUMMARY;
  }
}
