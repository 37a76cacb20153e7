package dev.sluice.watch;

/** Whose write a version is. */
public enum Writer {
  /** Whoever is no part of Sluice nor of Kubernetes: people, GitOps, autoscalers. */
  USER,
  SLUICE,
  /** Controllers of Kubernetes itself and of the gateway. */
  CLUSTER,
  /** Nobody said, and {@code metadata.managedFields} does not tell. */
  UNKNOWN
}
