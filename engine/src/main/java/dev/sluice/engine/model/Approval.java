package dev.sluice.engine.model;

/** When a person must say yes: not at all, before a stage is entered, or before it is left. */
public enum Approval {
  NONE,
  BEFORE,
  AFTER
}
