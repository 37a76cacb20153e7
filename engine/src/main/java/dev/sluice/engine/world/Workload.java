package dev.sluice.engine.world;

import java.util.Set;

/**
 * The user's Deployment.
 *
 * @param template fingerprint of the pod template that it asks for now
 * @param replicas its size, as the user or an autoscaler wrote it
 * @param held whether it is kept from rolling by itself
 * @param observed whether its controller has been seen to know all of that as it stands
 * @param authors who changed the template since the version that serves; empty: nobody has, or it
 *     was not seen
 * @param version resourceVersion; a write against an older one is a conflict
 */
public record Workload(
    String template,
    int replicas,
    boolean held,
    boolean observed,
    Set<String> authors,
    String version) {
  public Workload {
    authors = Set.copyOf(authors);
  }
}
