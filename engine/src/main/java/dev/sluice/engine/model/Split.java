package dev.sluice.engine.model;

import java.util.List;
import java.util.Optional;

/**
 * How a route divides requests between the stable Service and the candidate's. The absence of a
 * split means that the route is what its user wrote.
 *
 * @param release which release this split belongs to; part of the affinity cookie's value
 * @param candidate share of ordinary requests that goes to the candidate
 * @param match requests that go to the candidate whatever the share
 * @param affinity how users stay on the candidate, if they do
 * @param mirror share of the requests answered by stable that the candidate gets a copy of
 */
public record Split(
    String release, Share candidate, List<Match> match, Optional<Affinity> affinity, Share mirror) {
  public Split {
    match = List.copyOf(match);
  }

  /** Whether any request can reach the candidate: by weight, match or as a copy. */
  public boolean reachesCandidate() {
    return !candidate.isNone() || !match.isEmpty() || !mirror.isNone();
  }

  /** The same split with nothing for the candidate: the way back. */
  public Split allStable() {
    return new Split(release, Share.NONE, List.of(), Optional.empty(), Share.NONE);
  }
}
