package dev.sluice.engine.sequence;

/** The order in which writes go out; the way back is always first. */
public enum Rank {
  /** Takes users off the candidate, or off a hash that has no ready pod. Waits for nothing. */
  WAY_BACK,
  /** Keeps the Deployment from rolling. */
  HOLD,
  /** Keeps users from reaching a candidate by accident. */
  PROTECT,
  /** Makes what will carry traffic. */
  PREPARE,
  /** More traffic for the candidate. */
  FORWARD,
  /** Whose set is the Deployment's. One at a time. */
  HAND_OVER,
  /** Pods that nobody can reach any more. */
  SHRINK,
  /** Leaves what the user wrote, to the letter. */
  RESTORE
}
