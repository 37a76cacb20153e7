package dev.sluice.engine.world;

import java.util.Optional;

/**
 * Pods of one template (a ReplicaSet). No two sets ever have one template.
 *
 * @param hash its pod-template-hash: what Services are pinned to
 * @param template fingerprint of its pod template
 * @param inDeployment whether it is one that the Deployment selects, and so sizes alone
 * @param adopted whether the Deployment's controller has been seen to know that: it controls it. A
 *     controller hears of sets and of Deployments by two watches, and either may be late
 * @param userOwned whether it ever was the Deployment's, so that it belongs to the user's history
 * @param size pods asked for
 * @param pods pods that exist, ending ones included
 * @param ready pods that answer, of those that are to stay: what is beyond the size has been told
 *     to go, and still answers until its kubelet has heard of it
 * @param trouble why pods do not become ready, as the platform says it
 * @param version resourceVersion
 */
public record PodSet(
    String hash,
    String template,
    boolean inDeployment,
    boolean adopted,
    boolean userOwned,
    int size,
    int pods,
    int ready,
    Optional<String> trouble,
    String version) {
  public PodSet {
    ready = Math.min(ready, size);
  }

  /** Whether it has, or is to have, any pod. */
  public boolean active() {
    return size > 0 || pods > 0;
  }
}
