package dev.sluice.engine.sequence;

import dev.sluice.engine.model.Split;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole desired state, never verbs. What order the differences are written in, and what must be
 * true before each, is the {@link Sequencer}'s.
 *
 * @param held whether the Deployment is kept from rolling by itself
 * @param template the pod template that the Deployment should ask for; empty: what its user wrote
 * @param pin the hash that every entry point is pinned to; empty: selectors as the user wrote them
 * @param back whether the pin is a way back, which waits for nothing
 * @param split how the route divides; empty: as the user wrote it
 * @param candidate the set beside the Deployment's that should exist
 * @param owner the hash of the one active set that should be the Deployment's
 * @param sizes pods of the sets outside the Deployment, by hash; a set outside that is not named
 *     here is left over: it is emptied, then given back (if it is the user's) or deleted
 * @param ready ready pods that the candidate must have before more traffic may reach it
 * @param preview the hash that the preview Service shows
 * @param checks names of the checks that should have been started
 */
public record Target(
    boolean held,
    Optional<String> template,
    Optional<String> pin,
    boolean back,
    Optional<Split> split,
    Optional<Candidate> candidate,
    String owner,
    Map<String, Integer> sizes,
    int ready,
    Optional<String> preview,
    Set<String> checks) {
  public Target {
    sizes = Map.copyOf(sizes);
    checks = Set.copyOf(checks);
  }

  /** The new version's set. */
  public record Candidate(String hash, String template) {}
}
