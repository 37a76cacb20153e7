package dev.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The real operator in a simulated cluster, under everything that happens to releases. */
@Execution(ExecutionMode.CONCURRENT)
class SimulationsTest {
  private static final Happening.Deploy GOOD = new Happening.Deploy("orders:good-2");

  @Test
  void a_good_version_takes_over_and_nothing_is_lost() {
    for (Manifests.Way way : Manifests.Way.values()) {
      assertThat(told(way, GOOD)).isEmpty();
    }
  }

  @Test
  @Tag("slow")
  void a_story_goes_the_same_way_each_time() {
    for (long seed = 1; seed <= 5; seed++) {
      Simulation one = new Simulation(Story.of(seed));
      Simulation other = new Simulation(Story.of(seed));
      assertThat(one.run()).isEqualTo(other.run());
      assertThat(one.said()).isEqualTo(other.said());
      assertThat(one.server().revision()).isEqualTo(other.server().revision());
    }
  }

  @Test
  void an_api_server_that_does_not_do_what_its_policies_say_is_seen() {
    Happening.What apply = new Happening.Apply(Duration.ofSeconds(10), true, true);
    assertThat(told(Manifests.Way.ROUTE, GOOD, apply)).isEmpty();
    assertThat(told(Manifests.Way.ROUTE, GOOD, new Happening.Unheld(Duration.ofSeconds(20)), apply))
        .isNotEmpty();
  }

  @Test
  void time_in_which_nothing_could_be_counted_and_a_stage_was_left_is_no_time_of_that_stage() {
    for (int second = 22; second < 28; second += 2) {
      List<Happening> silentWhileItRetreats =
          List.of(
              new Happening(Duration.ofSeconds(4), GOOD),
              new Happening(Duration.ofSeconds(second), new Happening.Crash(4)),
              new Happening(
                  Duration.ofSeconds(second), new Happening.Silent(Duration.ofSeconds(8))));
      Story story = new Story(7, Manifests.Way.ROUTE, false, silentWhileItRetreats);
      assertThat(new Simulation(story).run().wrong()).as("at %d s", second).isEmpty();
    }
  }

  @Test
  void where_nobody_takes_the_policies_away_the_api_server_holds_from_the_beginning() {
    for (Manifests.Way way : Manifests.Way.values()) {
      List<Happening> good = List.of(new Happening(Duration.ofSeconds(4), GOOD));
      Simulation simulation = new Simulation(new Story(7, way, false, good));
      assertThat(simulation.run().wrong()).as("%s", way).isEmpty();
      assertThat(simulation.said()).as("%s", way).noneMatch(s -> s.contains("policies-missing"));
    }
  }

  @Test
  @Tag("slow")
  void a_release_goes_on_without_the_admission_policies_and_holds_by_pausing() {
    Happening.What apply = new Happening.Apply(Duration.ofSeconds(20), true, true);
    for (Manifests.Way way : Manifests.Way.values()) {
      for (int which = 0; which < 8; which++) {
        for (boolean edited : List.of(true, false)) {
          Happening.What away = new Happening.Unguarded(which, edited, Duration.ofSeconds(15));
          assertThat(told(way, GOOD, away, apply)).as("%s %s", way, away).isEmpty();
        }
      }
    }
  }

  @Test
  void each_release_says_how_it_ended_whatever_write_the_operator_dies_after() {
    for (long seed = 12; seed <= 16; seed++) {
      List<Happening> superseded =
          List.of(
              new Happening(Duration.ofSeconds(4), GOOD),
              new Happening(Duration.ofSeconds(20), new Happening.Deploy("orders:good-3")),
              new Happening(Duration.ofSeconds(21), new Happening.Deadly(Duration.ofMinutes(2))));
      Story story = new Story(seed, Manifests.Way.ROUTE, false, superseded);
      assertThat(new Simulation(story).run().wrong()).as("of seed %d", seed).isEmpty();
    }
  }

  @Test
  @Tag("slow")
  void what_is_given_back_is_not_taken_again_whatever_write_the_operator_dies_after() {
    for (long seed = 1; seed <= 4; seed++) {
      List<Happening> left =
          List.of(
              new Happening(Duration.ofSeconds(4), new Happening.Leave()),
              new Happening(Duration.ofSeconds(4), new Happening.Deadly(Duration.ofMinutes(1))));
      Simulation simulation = new Simulation(new Story(seed, Manifests.Way.ROUTE, false, left));
      assertThat(simulation.run().wrong()).as("of seed %d", seed).isEmpty();
      List<Boolean> labelled =
          simulation.server().log("Deployment").stream()
              .map(change -> change.object().getMetadata().getLabels())
              .map(labels -> labels.containsKey("sluice.dev/policy"))
              .toList();
      long adopted =
          IntStream.range(1, labelled.size())
              .filter(i -> labelled.get(i) && !labelled.get(i - 1))
              .count();
      assertThat(adopted).as("how often it was adopted, of seed %d", seed).isEqualTo(1);
    }
  }

  /** They still answer for a moment after they are told to go. */
  @Test
  @Tag("slow")
  void an_undo_around_the_moment_in_which_the_warm_pods_go_loses_nothing() {
    Happening good = new Happening(Duration.ofSeconds(4), GOOD);
    for (Manifests.Way way : Manifests.Way.values()) {
      Simulation quiet = new Simulation(new Story(7, way, false, List.of(good)));
      quiet.run();
      Duration from =
          good.at()
              .plus(Duration.between(when(quiet, "orders-1"), when(quiet, "warm-over")))
              .minusMillis(600);
      List<String> wrong =
          IntStream.range(0, 40)
              .parallel()
              .mapToObj(i -> from.plusMillis(30L * i))
              .flatMap(at -> undone(way, good, at).map(w -> "%s, %s: %s".formatted(way, at, w)))
              .toList();
      assertThat(wrong).isEmpty();
    }
  }

  private static Stream<String> undone(Manifests.Way way, Happening good, Duration at) {
    Happening undo = new Happening(at, new Happening.Command("Undo"));
    return new Simulation(new Story(7, way, false, List.of(good, undo))).run().wrong().stream();
  }

  /** When an operator said that first. */
  private static Instant when(Simulation simulation, String what) {
    return simulation.said().stream()
        .filter(line -> line.contains(what))
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Tag("slow")
  void a_clock_that_is_set_an_hour_ahead_or_back_at_any_moment_hurts_nobody() {
    for (Duration by : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
      for (int second = 5; second < 85; second += 3) {
        assertThat(set(by, second, false)).as("%s at %d s", by, second).isEmpty();
      }
    }
  }

  /** It cannot know that no hour has passed; only what is kept warm goes early then. */
  @Test
  @Tag("slow")
  void an_operator_that_comes_back_with_another_clock_goes_on() {
    for (int second = 5; second < 85; second += 3) {
      assertThat(set(Duration.ofHours(-1), second, true)).as("back at %d s", second).isEmpty();
      if (second < 70) {
        assertThat(set(Duration.ofHours(1), second, true)).as("ahead at %d s", second).isEmpty();
      }
    }
  }

  private static List<String> set(Duration by, int second, boolean startedAgain) {
    List<Happening> all = new ArrayList<>();
    all.add(new Happening(Duration.ofSeconds(4), GOOD));
    if (second % 2 == 0) {
      all.add(new Happening(Duration.ofSeconds(second - 1L), new Happening.Command("Abort")));
    }
    all.add(new Happening(Duration.ofSeconds(second), new Happening.Clock(by)));
    if (startedAgain) {
      all.add(new Happening(Duration.ofSeconds(second), new Happening.Kill(Duration.ofSeconds(2))));
    }
    return new Simulation(new Story(7, Manifests.Way.ROUTE, false, all)).run().wrong();
  }

  @Test
  @Tag("slow")
  void nobody_and_nothing_breaks_a_release_in_the_middle() {
    Simulations.Told told =
        Simulations.tell(
            Long.getLong("sluice.sim.steps", 1_000_000), Long.getLong("sluice.sim.seed", 1));
    System.out.printf("%,d steps, %d stories%n", told.steps(), told.stories());
    assertThat(told.wrong()).as("a story that went wrong, shortened").isEmpty();
  }

  private static List<String> told(Manifests.Way way, Happening.What... one) {
    List<Happening> all = new ArrayList<>();
    for (Happening.What what : one) {
      all.add(new Happening(Duration.ofSeconds(4 + 4L * all.size()), what));
    }
    return new Simulation(new Story(7, way, false, all)).run().wrong();
  }
}
