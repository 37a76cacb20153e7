package dev.sluice.local.proxy;

import dev.sluice.engine.model.Split;
import java.util.List;
import java.util.Optional;

/**
 * Who answers which requests; one value, swapped as a whole.
 *
 * @param root who answers what the split does not give to the candidate
 * @param candidate who answers the rest; while it is empty the root answers everything
 * @param split empty: everything goes to the root
 */
public record Routing(List<Endpoint> root, List<Endpoint> candidate, Optional<Split> split) {
  public static final Routing NOBODY = new Routing(List.of(), List.of(), Optional.empty());

  public Routing {
    root = List.copyOf(root);
    candidate = List.copyOf(candidate);
  }
}
