package dev.sluice.kubernetes;

import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import java.util.Optional;

/** What is known of the requests themselves, from counters. */
public interface Live {
  Traffic traffic();

  /** The candidate's share as it was served since the routing last changed. */
  Optional<Served> served();

  /** A route or a pin was just written: what was counted before says nothing any more. */
  void routingChanged();
}
