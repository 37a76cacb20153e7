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

  String what() {
    return version.kind() + " " + version.name();
  }
}
