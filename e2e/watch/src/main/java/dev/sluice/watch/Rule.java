package dev.sluice.watch;

/** One invariant. */
interface Rule {
  /**
   * What has lasted for too long when another version comes, before anything is made of that one.
   */
  default void late(Scene scene, Findings findings) {}

  /**
   * Looks at every version that changes something, in order. What it cannot be sure of it says
   * nothing about.
   *
   * @param scene as it is since that version
   */
  void look(Change change, Scene scene, Findings findings);
}
