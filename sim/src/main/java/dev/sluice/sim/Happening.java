package dev.sluice.sim;

import java.time.Duration;

/**
 * Something that happens to a release from outside.
 *
 * @param at since the story's begin
 */
record Happening(Duration at, What what) {
  sealed interface What {}

  /** The user writes another image, and everything else as it was. */
  record Deploy(String image) implements What {}

  /** The user's manifests are applied by force, each second for so long. */
  record Apply(Duration time, boolean unpaused, boolean replicas) implements What {}

  /** The manifests replace what is there, without anything of Sluice in them. */
  record Replace() implements What {}

  /** Somebody writes the Deployment's size. */
  record Scale(int replicas) implements What {}

  /** {@code rollout resume}: somebody un-pauses what is held. */
  record Resume() implements What {}

  /** A command of a person, for the release that runs or was last. */
  record Command(String action) implements What {}

  /** SIGKILL; another process starts after that time. */
  record Kill(Duration away) implements What {}

  /**
   * For so long the operator is killed after one write in three, before it hears that it is done.
   */
  record Deadly(Duration time) implements What {}

  /** A second process starts while the first one runs, and takes over. */
  record Second() implements What {}

  /** For so long requests of the operator fail now and then. */
  record Unreliable(Duration time) implements What {}

  /** For so long nothing answers the operator. */
  record Unreachable(Duration time) implements What {}

  /** For so long the operator's watches say nothing, and then list again. */
  record Stale(Duration time) implements What {}

  /** For so long no counter answers. */
  record Silent(Duration time) implements What {}

  /** A ready pod, of those there are, breaks and comes back. */
  record Crash(int pod) implements What {}

  /** A pod is gone from one moment to the next. */
  record Lost(int pod) implements What {}

  /** A pod is evicted, if budgets allow it. */
  record Evict(int pod) implements What {}

  /** Users become more or fewer, requests/s. */
  record Rate(double perSecond) implements What {}

  /** Somebody deletes what Sluice has made: 0 the Service, 1 the set, 2 the record. */
  record Delete(int which) implements What {}

  /** Somebody deletes the policy. */
  record Leave() implements What {}

  /** Somebody sets the clocks of the nodes on which operators run. */
  record Clock(Duration by) implements What {}

  /**
   * Somebody takes admission policies away, or changes them so that they match nothing, and puts
   * them back after that time.
   *
   * @param which of {@link Policies}; more than those: all
   */
  record Unguarded(int which, boolean edited, Duration time) implements What {}

  /** The API server does not act by the admission policies for so long, though they are there. */
  record Unheld(Duration time) implements What {}
}
