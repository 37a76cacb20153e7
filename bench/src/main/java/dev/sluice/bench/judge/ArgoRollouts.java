package dev.sluice.bench.judge;

import java.util.List;

/**
 * Argo Rollouts' rule, as its documentation has it (argo-rollouts.readthedocs.io, "Analysis &
 * Progressive Delivery"): steps of five minutes with an analysis in the background; each minute the
 * candidate's success rate of that minute must reach the condition and its 99th percentile be at
 * most 500 ms. More than three failures of one metric abort. A result that is not a number fails.
 *
 * @param success what the success rate must reach, 0..1
 */
record ArgoRollouts(double success) implements Rule {
  private static final double SECONDS = 0.5;
  private static final int FAILURE_LIMIT = 3;
  private static final int MINUTES_A_STEP = 5;

  @Override
  public String name() {
    return "Argo Rollouts, %.0f %%".formatted(100 * success);
  }

  @Override
  public Course begin(Scenario scenario, List<Moment> past) {
    return new Course() {
      private final Minutes minutes = new Minutes(60);
      private int passed;
      private int errors;
      private int slow;

      @Override
      public Answer after(Moment moment) {
        minutes.add(moment).ifPresent(this::look);
        if (errors > FAILURE_LIMIT || slow > FAILURE_LIMIT) {
          return Answer.ABORTED;
        }
        int step = passed / MINUTES_A_STEP;
        if (step > scenario.ladder().size()) {
          return Answer.DONE;
        }
        return Answer.at(step < scenario.ladder().size() ? scenario.ladder().get(step) : 100);
      }

      private void look(Minutes.Span span) {
        passed++;
        errors += 1 - span.candidate().errorShare() >= success ? 0 : 1;
        slow += span.candidate().quantile(0.99) <= SECONDS ? 0 : 1;
      }
    };
  }
}
