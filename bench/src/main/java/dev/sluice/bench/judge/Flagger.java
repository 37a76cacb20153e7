package dev.sluice.bench.judge;

import java.util.List;

/**
 * Flagger's rule, as its documentation has it (docs.flagger.app, "How it works" and "Metrics
 * Analysis"): each minute the candidate's success rate of that minute must be at least 99 % and its
 * 99th percentile at most 500 ms. Each minute that is fine moves it on; five that are not, over the
 * whole analysis, roll it back in the next cycle. No data is not fine.
 *
 * @param checks minutes that must be fine for one step of the ladder
 */
record Flagger(int checks) implements Rule {
  private static final double SUCCESS = 0.99;
  private static final double SECONDS = 0.5;
  private static final int THRESHOLD = 5;

  @Override
  public String name() {
    return checks == 1 ? "Flagger" : "Flagger, %d checks a step".formatted(checks);
  }

  @Override
  public Course begin(Scenario scenario, List<Moment> past) {
    return new Course() {
      private final Minutes minutes = new Minutes(60);
      private int step;
      private int fine;
      private int failed;

      @Override
      public Answer after(Moment moment) {
        minutes.add(moment).ifPresent(this::look);
        if (failed > THRESHOLD) {
          return Answer.ABORTED;
        }
        return step < scenario.ladder().size()
            ? Answer.at(scenario.ladder().get(step))
            : Answer.DONE;
      }

      private void look(Minutes.Span span) {
        if (failed >= THRESHOLD) {
          failed++;
          return;
        }
        Moment.Sum seen = span.candidate();
        boolean good =
            seen.total > 0 && 1 - seen.errorShare() >= SUCCESS && seen.quantile(0.99) <= SECONDS;
        if (!good) {
          failed++;
        } else if (++fine == checks) {
          fine = 0;
          step++;
        }
      }
    };
  }
}
