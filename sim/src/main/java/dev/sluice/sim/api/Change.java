package dev.sluice.sim.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;

/**
 * One accepted write, as watches tell it.
 *
 * @param revision of the whole server after it
 * @param object as it is then; of one that is gone, as it was last
 * @param json the same
 */
public record Change(
    Instant at, long revision, Caller by, Kind kind, HasMetadata object, ObjectNode json) {
  /** What became of the object. */
  public enum Kind {
    ADDED,
    MODIFIED,
    DELETED
  }

  public Key key() {
    return Key.of(object);
  }
}
