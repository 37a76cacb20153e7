package dev.sluice.kubernetes.evidence;

import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which set each Service selects alone, at one moment.
 *
 * @param services by name; one that selects several sets is left out
 * @param candidate the set whose share of the traffic is asked for; empty: there is none
 */
public record Pins(Map<String, String> services, Optional<String> candidate) {
  public Pins {
    services = Map.copyOf(services);
  }

  /**
   * As the world shows them.
   *
   * @param candidateService the name of the candidate's own Service
   */
  public static Pins of(World world, String candidateService) {
    Map<String, String> services = new HashMap<>();
    for (EntryPoint entry : world.entryPoints()) {
      entry.pin().ifPresent(hash -> services.put(entry.name(), hash));
    }
    world.candidateService().ifPresent(hash -> services.put(candidateService, hash));
    return new Pins(services, world.candidateService().or(world::preview).or(() -> beside(world)));
  }

  /** Without a route or a preview no Service of its own tells which set is the candidate. */
  private static Optional<String> beside(World world) {
    return world.sets().stream()
        .filter(set -> set.active() && !set.inDeployment())
        .map(PodSet::hash)
        .findFirst();
  }
}
