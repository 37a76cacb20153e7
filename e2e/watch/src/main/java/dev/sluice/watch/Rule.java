package dev.sluice.watch;

/** One invariant. */
interface Rule {
  /**
   * Looks at every version, in order. What it cannot be sure of it says nothing about.
   *
   * @param scene as it is since that version
   */
  void look(Change change, Scene scene, Findings findings);
}
