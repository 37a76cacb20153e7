package dev.sluice.engine.model;

/** Picks single requests for the candidate, whatever the weight. Values are compared exactly. */
public sealed interface Match {
  String name();

  String exact();

  record Header(String name, String exact) implements Match {}

  record Cookie(String name, String exact) implements Match {}
}
