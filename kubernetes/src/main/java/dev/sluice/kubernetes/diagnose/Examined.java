package dev.sluice.kubernetes.diagnose;

import java.util.List;

/** What came of looking. */
public sealed interface Examined {
  /** There is something to say, be it only what could not be looked at. */
  record Done(Facts facts) implements Examined {
    public List<Diagnosis> diagnoses() {
      return Doctor.diagnose(facts);
    }
  }

  /**
   * What was asked for is not there.
   *
   * @param what like {@code policy orders in shop}
   * @param names that there are
   */
  record Unknown(String what, String name, List<String> names) implements Examined {
    public Unknown {
      names = List.copyOf(names);
    }
  }

  /** Not even policies may be looked at. */
  record Refused(String why) implements Examined {}
}
