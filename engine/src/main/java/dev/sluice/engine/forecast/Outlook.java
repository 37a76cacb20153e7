package dev.sluice.engine.forecast;

/** What the evidence will say of the candidate. */
sealed interface Outlook {
  /** That all is proven as soon as a stage's least time is over. */
  record Proven() implements Outlook {}

  /** Nothing, for it or against it: each stage is passed when its time is over. */
  record Silent() implements Outlook {}

  /**
   * What the judge says of the counts that are to be expected.
   *
   * @param errors share of the candidate's answers that are bad, 0..1
   */
  record Counted(double errors) implements Outlook {}
}
