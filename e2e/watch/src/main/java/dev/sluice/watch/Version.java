package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One version of one object.
 *
 * @param at when it was heard of
 * @param revision of etcd: a total order over all kinds
 * @param kind {@code Deployment}
 * @param object as it was; of one that was deleted as it was last. It must not be changed later
 */
public record Version(Instant at, long revision, String kind, boolean deleted, JsonNode object) {
  public String name() {
    return object.path("metadata").path("name").asText();
  }
}
