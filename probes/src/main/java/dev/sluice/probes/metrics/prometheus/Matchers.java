package dev.sluice.probes.metrics.prometheus;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Matchers that select the pods of one version by their names. By names and not by a pattern of
 * them: a pod that has gone is then out of the sum at the same moment as it is out of our list, and
 * nobody else's pod is in it, whatever it is called.
 */
final class Matchers {
  private Matchers() {}

  /**
   * @param namespaceLabel what Prometheus calls it: {@code namespace}
   * @param podLabel what Prometheus calls it: {@code pod}
   * @param pods at least one
   */
  static String of(
      String namespaceLabel, String namespace, String podLabel, Collection<String> pods) {
    String names = pods.stream().sorted().map(Matchers::literally).collect(Collectors.joining("|"));
    return namespaceLabel + "=" + quoted(namespace) + "," + podLabel + "=~" + quoted(names);
  }

  /** What a regular expression (RE2) takes for that text and no other. */
  static String literally(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  /** A string of PromQL. */
  static String quoted(String text) {
    return "\""
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
        + "\"";
  }
}
