package dev.sluice.local.driver;

import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.util.OptionalDouble;

/** Counters of the lab's pods and of its proxy. */
public final class LocalEvidence implements EvidenceSource {
  /** The proxy's own counters tell of lost requests, so completions need not be compared. */
  public static final OptionalDouble WEIGHT_ACCURACY = OptionalDouble.empty();

  private final NodeClient node;

  public LocalEvidence(NodeClient node) {
    this.node = node;
  }

  @Override
  public Reading read(World world) throws IOException {
    return node.json().readValue(node.ok(node.get("/evidence")), Reading.class);
  }

  @Override
  public OptionalDouble weightAccuracy() {
    return WEIGHT_ACCURACY;
  }
}
