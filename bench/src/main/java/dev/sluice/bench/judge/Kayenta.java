package dev.sluice.bench.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Kayenta's rule, as its documentation has it (spinnaker.io, "How canary judgment works", and
 * "Canary config: effect size"): points of ten seconds; a metric is high where the confidence
 * interval (98 %) of the Mann–Whitney shift is above a quarter of its estimate and the ratio of the
 * means reaches the allowed increase; the score is the share of groups that pass, and must reach
 * 95. One group for errors, one for the 99th percentile. Where all values are the same it passes.
 *
 * @param increase the effect size that is allowed: 1, the default, allows any that is significant
 * @param growing whether it is asked each minute over what was seen of the stage so far, rather
 *     than once at its end
 */
record Kayenta(double increase, boolean growing) implements Rule {
  private static final double LEVEL = 0.98;
  private static final double TOLERANCE = 0.25;
  private static final int POINTS_A_MINUTE = 6;
  private static final int POINTS_A_STAGE = 30;

  @Override
  public String name() {
    return "Kayenta, increase %s%s".formatted(increase, growing ? ", each minute" : "");
  }

  @Override
  public Course begin(Scenario scenario, List<Moment> past) {
    return new Course() {
      private final Minutes points = new Minutes(10);
      private final List<Minutes.Span> seen = new ArrayList<>();
      private int count;
      private boolean failed;

      @Override
      public Answer after(Moment moment) {
        points.add(moment).ifPresent(this::point);
        if (failed) {
          return Answer.ABORTED;
        }
        int step = count / POINTS_A_STAGE;
        return step < scenario.ladder().size()
            ? Answer.at(scenario.ladder().get(step))
            : Answer.DONE;
      }

      private void point(Minutes.Span span) {
        seen.add(span);
        count++;
        if (count % (growing ? POINTS_A_MINUTE : POINTS_A_STAGE) == 0) {
          failed = high(Moment.Sum::errorShare) || high(sum -> sum.quantile(0.99));
          if (count % POINTS_A_STAGE == 0) {
            seen.clear();
          }
        }
      }

      private boolean high(ToDoubleFunction<Moment.Sum> metric) {
        double[] candidate = values(seen.stream().map(Minutes.Span::candidate).toList(), metric);
        double[] stable = values(seen.stream().map(Minutes.Span::stable).toList(), metric);
        if (DoubleStream.concat(Arrays.stream(candidate), Arrays.stream(stable)).distinct().count()
            == 1) {
          return false;
        }
        MannWhitney shift = MannWhitney.of(candidate, stable, LEVEL);
        return shift.low() > TOLERANCE * Math.abs(shift.estimate())
            && enough(mean(candidate), mean(stable));
      }

      // An effect that cannot be computed is not asked for.
      private boolean enough(double candidate, double stable) {
        return candidate == 0 || stable == 0 || candidate / stable >= increase;
      }
    };
  }

  /** What is not a number is replaced by zero, as is the default. */
  private static double[] values(List<Moment.Sum> sums, ToDoubleFunction<Moment.Sum> metric) {
    return sums.stream().mapToDouble(metric).map(v -> Double.isNaN(v) ? 0 : v).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
