package dev.sluice.e2e.faults;

import dev.sluice.e2e.ReleasedShop;
import java.util.stream.Collectors;

/** What a recording of a shop comes to. */
final class Counted {
  private Counted() {}

  /** Pods that were ever there, but for the rehearsals of the way back. */
  static int pods(ReleasedShop shop) {
    return shop.versions().stream()
        .filter(v -> v.kind().equals("Pod") && !v.name().endsWith("-way-back"))
        .map(v -> v.object().at("/metadata/uid").asText())
        .collect(Collectors.toSet())
        .size();
  }
}
