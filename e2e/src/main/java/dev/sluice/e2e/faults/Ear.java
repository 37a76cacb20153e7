package dev.sluice.e2e.faults;

/**
 * Hears of each write that the API server has taken before whoever asked for it does. Is asked on
 * one thread, and must not wait.
 */
@FunctionalInterface
public interface Ear {
  /** Hears nothing. */
  Ear NONE = _ -> Then.GOES_ON;

  /** What becomes of a write's answer, and of all that is asked after it. */
  enum Then {
    GOES_ON,
    /** It is passed on, and nothing passes after it before {@link ApiServerProxy#goOn}. */
    LAST_ANSWER,
    /** The same, and it is not passed on either. */
    NO_ANSWER
  }

  Then heard(Written write);
}
