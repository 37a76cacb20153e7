package dev.sluice.bench.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * How one release went.
 *
 * @param end aborted, done, or still running when the time was over
 * @param seconds until then
 * @param hurt requests that were hurt by the candidate in the first 40 minutes, promoted or not
 */
record Outcome(Rule.State end, double seconds, double hurt) {
  /** A release that is not over after three hours is held: it needs a person. */
  private static final double HORIZON = 3 * 3600;

  private static final double COUNTED = 40 * 60;
  private static final double HISTORY = 30 * 60;

  /** One release on one day. */
  static Outcome of(Scenario scenario, Rule rule, long seed) {
    double tick = rule.tick();
    double past = scenario.known() ? HISTORY : 0;
    Shop shop = new Shop(scenario, seed, past, tick);
    List<Moment> history = new ArrayList<>();
    for (double t = 0; t < past - 1e-6; t += tick) {
      history.add(shop.next(0));
    }
    Rule.Course course = rule.begin(scenario, history);
    Rule.Answer answer = Rule.Answer.at(scenario.ladder().getFirst());
    double hurt = 0;
    double end = 0;
    for (double t = tick; t <= HORIZON + 1e-6; t += tick) {
      boolean runs = answer.state() == Rule.State.RUNNING;
      if (!runs && (t > COUNTED || scenario.good() || answer.weight() == 0)) {
        break;
      }
      Moment moment = shop.next(answer.weight());
      if (t <= COUNTED + 1e-6) {
        hurt += moment.hurt();
      }
      if (runs) {
        answer = course.after(moment);
        end = t;
      }
    }
    return new Outcome(answer.state(), end, hurt);
  }
}
