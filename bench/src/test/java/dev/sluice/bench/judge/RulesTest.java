package dev.sluice.bench.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rivals' rules do what their documentation says, and the days are the same twice. */
class RulesTest {
  private static final Scenario PLAIN = Scenario.good("plain", Service.USUAL);

  @Test
  void flaggerMovesOnWithEachMinuteThatIsFine() {
    assertThat(weights(new Flagger(1), 0, 0, 6)).containsExactly(5.0, 20.0, 50.0, 100.0);
    assertThat(weights(new Flagger(5), 0, 0, 6)).containsOnly(1.0, 5.0);
  }

  @Test
  void flaggerRollsBackInTheCycleAfterTheFifthMinuteThatIsNot() {
    assertThat(weights(new Flagger(1), 0.02, 0, 9)).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 0.0);
    assertThat(weights(new Flagger(1), 0, 0.02, 9)).as("too slow").endsWith(1.0, 0.0).hasSize(6);
  }

  @Test
  void argoRolloutsAbortsAtTheFourthFailureOfOneMetric() {
    assertThat(weights(new ArgoRollouts(.95), 0.06, 0, 9)).containsExactly(1.0, 1.0, 1.0, 0.0);
    assertThat(weights(new ArgoRollouts(.95), 0.04, 0, 30)).endsWith(100.0).hasSize(25);
    assertThat(weights(new ArgoRollouts(.99), 0.04, 0, 9)).hasSize(4);
  }

  @Test
  void kayentaLooksAtTheEndOfAStageOrEachMinute() {
    assertThat(weights(new Kayenta(1.25, false), 0.1, 0, 30)).hasSize(5).endsWith(0.0);
    assertThat(weights(new Kayenta(1.25, true), 0.1, 0, 30)).hasSize(1).endsWith(0.0);
    assertThat(weights(new Kayenta(1.25, true), 0, 0, 30)).hasSize(20).endsWith(100.0);
  }

  @Test
  void everyScenarioHasANameOfItsOwnAndABadOneHasAGoodTwin() {
    Set<String> names = new HashSet<>();
    List<Scenario> all = Scenarios.all();
    assertThat(all).allMatch(scenario -> names.add(scenario.name()));
    for (Scenario scenario : all) {
      assertThat(all).anyMatch(s -> s.good() && s.name().equals(scenario.twin()));
    }
  }

  @Test
  void theSameSeedIsTheSameDayUnderEveryRule() {
    for (Rule rule : List.of(new SluiceRule(10, false), new Kayenta(1.25, true))) {
      Scenario bad = PLAIN.bad("bad", (_, _, _) -> Fate.Now.errors(.009));
      assertThat(Outcome.of(bad, rule, 7)).isEqualTo(Outcome.of(bad, rule, 7));
      assertThat(Outcome.of(bad, rule, 7)).isNotEqualTo(Outcome.of(bad, rule, 8));
    }
  }

  @Test
  void sluiceStopsWhatIsBadAndLetsWhatIsGoodPass() {
    Scenario bad = PLAIN.bad("bad", (_, _, _) -> Fate.Now.errors(.5));
    for (Rule rule : List.of(new SluiceRule(2, false), new SluiceRule(10, false))) {
      assertThat(Outcome.of(bad, rule, 1).end()).isEqualTo(Rule.State.ABORTED);
      assertThat(Outcome.of(bad, rule, 1).hurt()).isLessThan(200);
      Outcome good = Outcome.of(PLAIN, rule, 1);
      assertThat(good.end()).isEqualTo(Rule.State.DONE);
      assertThat(good.hurt()).isZero();
    }
  }

  @Test
  void sluiceDoesNotBlameTheCandidateForLittleTrafficSlowAnswersOrALateRoute() {
    Set<String> days =
        Set.of(
            "1-per-second-in-shocks",
            "1-per-second-in-slow-minutes",
            "traffic-falls",
            "traffic-stops",
            "answers-in-8-to-30s",
            "route-follows-after-30s");
    List<Scenario> good = Scenarios.all().stream().filter(s -> days.contains(s.name())).toList();
    assertThat(good).hasSize(days.size());
    for (Scenario scenario : good) {
      Outcome outcome = Outcome.of(scenario, new SluiceRule(2, false), 1);
      assertThat(outcome.end()).as(scenario.name()).isEqualTo(Rule.State.DONE);
    }
  }

  @Test
  void tablesAndPictureComeOfTheTallies(@TempDir Path folder) throws IOException {
    Scenario bad = PLAIN.bad("bad", (_, _, _) -> Fate.Now.errors(.5));
    List<Rule> ours = List.of(new SluiceRule(10, false));
    List<Rule> rivals = List.of(new Flagger(1), new ArgoRollouts(.95));
    List<Tally> tallies = new ArrayList<>();
    for (Scenario scenario : List.of(PLAIN, bad)) {
      for (Rule rule : List.of(ours.getFirst(), rivals.getFirst(), rivals.getLast())) {
        tallies.add(Tally.of(scenario, rule, 4, 1));
      }
    }
    Tables tables = new Tables(tallies, ours, rivals);
    assertThat(tables.good().lines().toList().getLast()).startsWith("| plain | 0.0 %, 0.0 %, 21 |");
    assertThat(tables.bad().lines().toList().getLast())
        .startsWith("| bad | 100.0 %, 20, ")
        .contains("Argo Rollouts, 95 %: 100.0 %, 240, ");
    Picture.write(tables, ours.getFirst(), folder.resolve("hurt"));
    assertThat(ImageIO.read(folder.resolve("hurt.png").toFile()).getWidth()).isEqualTo(1100);
  }

  @Test
  void aReleaseThatRetreatedForMissedScrapesComesBack() {
    Scenario missed = Scenario.good("missed", Service.USUAL.misses(0.3));
    assertThat(Outcome.of(missed, new SluiceRule(2, false), 1).end())
        .isNotEqualTo(Rule.State.RUNNING);
  }

  /** What is asked for after each whole minute, until the end, of requests that fail evenly. */
  private static List<Double> weights(Rule rule, double errors, double slow, int minutes) {
    Rule.Course course = rule.begin(PLAIN, List.of());
    List<Double> weights = new ArrayList<>();
    Rule.Answer answer = Rule.Answer.at(1);
    for (int tick = 1; tick <= 6 * minutes && answer.state() == Rule.State.RUNNING; tick++) {
      answer = course.after(moment(10 * tick, sum(errors, slow, tick), sum(0, 0, tick + 1)));
      if (tick % 6 == 0) {
        weights.add(answer.weight());
      }
    }
    return weights;
  }

  private static Moment moment(double end, Moment.Sum candidate, Moment.Sum stable) {
    return new Moment(end, 10, 1, List.of(), Optional.empty(), candidate, stable, 0);
  }

  /** A little noise, for equal values tell a test of ranks nothing. */
  private static Moment.Sum sum(double errors, double slow, int tick) {
    Moment.Sum sum = new Moment.Sum();
    sum.total = 100_000 + tick % 7;
    sum.bad = errors * sum.total + tick % 5;
    sum.latency[0] = (1 - slow) * sum.total;
    sum.latency[4] = slow * sum.total;
    return sum;
  }
}
