package dev.sluice.engine.world;

import java.util.Optional;

/**
 * Pods of one template (a ReplicaSet). No two sets ever have one template.
 *
 * @param hash its pod-template-hash: what Services are pinned to
 * @param template fingerprint of its pod template
 * @param inDeployment whether the Deployment owns it: it is then sized by the Deployment alone
 * @param userOwned whether it ever was the Deployment's, so that it belongs to the user's history
 * @param size pods asked for
 * @param pods pods that exist, ending ones included
 * @param ready pods that answer
 * @param trouble why pods do not become ready, as the platform says it
 * @param version resourceVersion
 */
public record PodSet(
    String hash,
    String template,
    boolean inDeployment,
    boolean userOwned,
    int size,
    int pods,
    int ready,
    Optional<String> trouble,
    String version) {
  /** Whether it has, or is to have, any pod. */
  public boolean active() {
    return size > 0 || pods > 0;
  }
}
