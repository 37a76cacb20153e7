package dev.sluice.kubernetes.diagnose;

/** How much a diagnosis matters. */
public enum Severity {
  /** No release starts, or the one that runs does not go on. */
  BLOCKS,

  /** Releases go on, and something is not as it should be, or waits for a person. */
  WARNS,

  /** Good to know; what could not be looked at is said so, too. */
  NOTE
}
