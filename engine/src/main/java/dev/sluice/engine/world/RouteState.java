package dev.sluice.engine.world;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import java.util.Optional;

/**
 * The route as it is written.
 *
 * @param split empty: the route is what the user wrote
 * @param version resourceVersion
 */
public record RouteState(Optional<Split> split, String version) {
  /** What the candidate is asked to get of the ordinary requests. */
  public Share candidateShare() {
    return split.map(Split::candidate).orElse(Share.NONE);
  }

  /** Whether any request may reach the candidate through the route's split. */
  public boolean reachesCandidate() {
    return split.map(Split::reachesCandidate).orElse(false);
  }
}
