package dev.sluice.kubernetes.install;

import java.util.List;

/** How an attempt to uninstall ended. */
public sealed interface Removal {
  /**
   * Nothing of the installation is left.
   *
   * @param notes what a person should know or may want to do, a sentence each
   */
  record Removed(List<String> notes) implements Removal {
    public Removed {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Nothing was removed.
   *
   * @param why in a sentence that says what to do first
   */
  record Refused(String why) implements Removal {}
}
