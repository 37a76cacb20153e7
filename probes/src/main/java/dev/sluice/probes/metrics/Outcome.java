package dev.sluice.probes.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A counter that looks as if it counted results of business by a label: orders by their outcome.
 * What looks so need not be so: it is offered to people, and judged only once they have said yes.
 *
 * @param metric the counter
 * @param bad a selector of the results that do not look good
 */
public record Outcome(String metric, String bad) {
  private static final int MOST = 5;
  private static final int MOST_VALUES = 12;
  private static final List<String> LABELS = List.of("outcome", "result", "status", "state");
  private static final Set<String> GOOD =
      Set.of(
          "ok",
          "success",
          "succeeded",
          "successful",
          "completed",
          "accepted",
          "approved",
          "done",
          "paid",
          "delivered");
  private static final Set<String> BAD =
      Set.of(
          "failed",
          "failure",
          "fail",
          "error",
          "errors",
          "declined",
          "rejected",
          "denied",
          "timeout",
          "timed_out",
          "lost",
          "dead_letter");

  /** What runtimes, servers and libraries count of themselves. */
  private static final Pattern MACHINERY =
      Pattern.compile(
          "(http|grpc|rpc|jvm|process|go|python|nodejs|promhttp|prometheus|envoy|istio|traefik|nginx"
              + "|tomcat|jetty|netty|logback|log4j2|executor|hikaricp|jdbc|cache|otel|kafka)_.*");

  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");

  /** At most some of them, in the order of their names; none of a page that cannot be read. */
  static List<Outcome> in(String text) {
    Map<String, Map<String, Set<String>>> values = new TreeMap<>();
    try {
      Exposition.read(
          text,
          name -> name.endsWith("_total") && !MACHINERY.matcher(name).matches(),
          (name, labels, _) ->
              LABELS.stream()
                  .filter(labels::containsKey)
                  .findFirst()
                  .ifPresent(
                      label ->
                          values
                              .computeIfAbsent(name, _ -> new TreeMap<>())
                              .computeIfAbsent(label, _ -> new TreeSet<>())
                              .add(labels.getOrDefault(label, ""))));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
    List<Outcome> found = new ArrayList<>();
    values.forEach(
        (metric, labels) ->
            labels.forEach((label, words) -> found.addAll(of(metric, label, words))));
    return found.stream().limit(MOST).toList();
  }

  private static List<Outcome> of(String metric, String label, Set<String> values) {
    if (values.size() > MOST_VALUES || !values.stream().allMatch(v -> WORD.matcher(v).matches())) {
      return List.of();
    }
    Set<String> good = among(values, GOOD);
    Set<String> bad = among(values, BAD);
    if (!good.isEmpty()) {
      return List.of(new Outcome(metric, selector(metric, label, "!", good)));
    }
    return bad.isEmpty()
        ? List.of()
        : List.of(new Outcome(metric, selector(metric, label, "=", bad)));
  }

  private static Set<String> among(Collection<String> values, Set<String> words) {
    Set<String> found = new TreeSet<>(values);
    found.removeIf(value -> !words.contains(value.toLowerCase(Locale.ROOT)));
    return found;
  }

  /**
   * @param sign {@code =} or {@code !}
   */
  private static String selector(String metric, String label, String sign, Set<String> values) {
    if (values.size() > 1) {
      return "%s{%s%s~\"%s\"}".formatted(metric, label, sign, String.join("|", values));
    }
    String equals = sign.equals("!") ? "!=" : "=";
    return "%s{%s%s\"%s\"}".formatted(metric, label, equals, String.join("", values));
  }
}
