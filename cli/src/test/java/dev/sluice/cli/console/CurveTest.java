package dev.sluice.cli.console;

import static dev.sluice.cli.console.Stands.NOON;
import static dev.sluice.cli.console.Stands.decided;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.scene.Glance;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A release's course: before anybody looked by its decisions, then as it was seen. */
class CurveTest {
  @Test
  void what_was_decided_before_anybody_looked_is_part_of_it() {
    Curve curve =
        after(
            Optional.empty(),
            Stands.running("web", 30, decided("web", 0, 0, 1, "a"), decided("web", 10, 5, 3, "b")));
    assertThat(curve.points())
        .containsExactly(
            point(NOON, 0, 1, 2),
            point(NOON.plusSeconds(10), 5, 3, 2),
            point(NOON.plusSeconds(30), 5, 1, 0));
  }

  @Test
  void a_look_at_what_has_not_changed_adds_nothing() {
    Glance same = Stands.running("web", 30, decided("web", 0, 5, 1, "a"));
    Curve once = after(Optional.empty(), same);
    assertThat(after(Optional.of(once), same)).isEqualTo(once);
  }

  @Test
  void time_is_that_of_the_data_and_goes_forward() {
    Curve late = after(Optional.empty(), Stands.running("web", 30, decided("web", 0, 5, 1, "a")));
    Curve next = after(Optional.of(late), Stands.running("web", 20, decided("web", 0, 5, 1, "a")));
    assertThat(next.points()).isEqualTo(late.points());
    assertThat(
            after(Optional.of(late), Stands.running("web", 40, decided("web", 0, 5, 1, "a")))
                .points())
        .hasSize(3)
        .last()
        .extracting(Point::at)
        .isEqualTo(NOON.plusSeconds(40));
  }

  @Test
  void of_one_that_has_ended_the_end_is_the_last_point() {
    Decided began = decided("web", 0, 5, 1, "a");
    Decided end = decided("web", 50, 0, 120, "harm", Phase.ABORTED);
    Curve ended = after(Optional.empty(), Stands.ended("web", began, end));
    assertThat(ended.points()).last().isEqualTo(point(NOON.plusSeconds(50), 0, 120, 2));
  }

  @Test
  void however_long_it_takes_it_is_bounded_and_no_step_of_the_weight_is_lost() {
    Curve curve = after(Optional.empty(), Stands.running("web", 1, decided("web", 0, 0, 1, "a")));
    long form = curve.form();
    for (int second = 2; second < 5000; second++) {
      int weight = second < 1000 ? 5 : 50;
      curve =
          after(
              Optional.of(curve),
              Stands.running(
                  "web",
                  second,
                  decided("web", 0, 0, 1, "a"),
                  decided("web", second < 1000 ? 2 : 1000, weight, 1, "b")));
      assertThat(curve.points()).hasSizeLessThanOrEqualTo(Curve.MOST);
    }
    assertThat(curve.points()).first().extracting(Point::at).isEqualTo(NOON);
    assertThat(curve.points()).contains(point(NOON.plusSeconds(1000), 50, 1, 0));
    assertThat(curve.form()).as("a page that knows other points is told").isNotEqualTo(form);
  }

  @Test
  void a_weight_that_changes_all_the_time_is_bounded_too() {
    Decided[] all =
        IntStream.range(0, 100)
            .mapToObj(i -> decided("web", i, i % 2, 1, "a"))
            .toArray(Decided[]::new);
    Curve curve = after(Optional.empty(), Stands.running("web", 100, all));
    for (int second = 101; second < 3000; second++) {
      curve =
          after(
              Optional.of(curve),
              Stands.running("web", second, decided("web", second, second % 2, 1, "a")));
    }
    assertThat(curve.points()).hasSizeLessThanOrEqualTo(Curve.MOST);
  }

  @Test
  void a_page_is_told_each_thing_once() {
    Glance first = Stands.running("web", 30, decided("web", 0, 5, 1, "a"));
    Glance second = Stands.running("web", 40, decided("web", 0, 5, 1, "a"));
    Visit visit = new Visit("shop/web", "the namespace shop");
    Curve begun = after(Optional.empty(), first);
    assertThat(told(visit, 1, first, begun)).containsExactly("looked", "board", "sheet", "points");
    assertThat(told(visit, 2, first, begun)).containsExactly("looked");
    Curve longer = after(Optional.of(begun), second);
    List<Visit.News> news = news(visit, 3, second, longer);
    assertThat(news.getLast().data())
        .isEqualTo(new Visit.Points("web-7", false, List.of(point(NOON.plusSeconds(40), 5, 1, 0))));
    assertThat(told(new Visit("shop/gone", "the namespace shop"), 1, first, begun))
        .as("a policy that is not there")
        .containsExactly("looked", "board");
  }

  private static Point point(Instant at, double weight, double odds, double hurt) {
    return new Point(at, weight, odds, hurt, OptionalDouble.empty());
  }

  private static List<String> told(Visit visit, long number, Glance glance, Curve curve) {
    return news(visit, number, glance, curve).stream().map(Visit.News::name).toList();
  }

  private static List<Visit.News> news(Visit visit, long number, Glance glance, Curve curve) {
    return visit.of(
        new Lookout.Seen(
            number, NOON, List.of(glance), Map.of("shop/web", curve), Optional.empty()),
        _ -> "-n shop");
  }

  private static Curve after(Optional<Curve> before, Glance glance) {
    return Curve.after(before, glance.standing().orElseThrow()).orElseThrow();
  }
}
