package dev.sluice.engine.model;

/** The two versions of a release: the one that serves, and the one that may come to serve. */
public enum Track {
  STABLE,
  CANDIDATE
}
