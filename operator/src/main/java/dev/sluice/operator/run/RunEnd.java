package dev.sluice.operator.run;

import dev.sluice.operator.Saved;

/** How a run ended; whatever it was, the sentence is for the person who started it. */
public sealed interface RunEnd {
  String sentence();

  /** The new version serves. */
  record Succeeded(String sentence, Saved saved) implements RunEnd {}

  /** The Deployment runs what was asked for already. */
  record Nothing(String sentence) implements RunEnd {}

  /** Stable serves; the old template was written back. */
  record TurnedBack(String sentence, Saved saved) implements RunEnd {}

  /** The same, for want of time or because it could not begin. */
  record Held(String sentence, Saved saved) implements RunEnd {}

  /** It was interrupted before anything was begun; nothing was written. */
  record NotBegun(String sentence) implements RunEnd {}

  /** It must not begin; nothing was written. */
  record Refused(String sentence) implements RunEnd {}

  /** Another run has the release. */
  record Taken(String sentence) implements RunEnd {}

  /** It stands as it is; the same command goes on with it. */
  record Unfinished(String sentence) implements RunEnd {}
}
