package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What one version changed.
 *
 * @param was the object before; missing where there was none
 * @param is the object now; missing where it was deleted
 * @param before the same, as the rules look at it
 */
record Change(
    Version version, Writer writer, JsonNode was, JsonNode is, Thing before, Thing after) {
  boolean bySluice() {
    return writer == Writer.SLUICE;
  }

  /** What it tells is nothing that anybody looks at: a pod's own figures, an unknown kind. */
  boolean isQuiet() {
    return switch (after) {
      case Thing.Pod now -> now.equals(before);
      case Thing.PodSet now -> now.equals(before);
      case Thing.Nothing now ->
          now.equals(before) && !version.kind().equals("HorizontalPodAutoscaler");
      case Thing.Entry _, Thing.Deployment _, Thing.Command _, Thing.Release _ -> false;
      case Division _, Policy _ -> false;
    };
  }

  String what() {
    return version.kind() + " " + version.name();
  }
}
