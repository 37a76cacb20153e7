package dev.sluice.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.cli.scene.Explanation;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.Standing;
import dev.sluice.cli.scene.Tables;
import dev.sluice.cli.scene.Views;
import dev.sluice.engine.evidence.Arming;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page says what get and explain say. */
class BoardTest {
  private static final Glance RUNS =
      Stands.running("web", 20, Stands.decided("web", 10, 5, 1.5, "Stage small begins."));

  @Test
  void a_policy_in_the_list_is_as_get_shows_it() {
    Board.Row row = board(RUNS).policies().getFirst();
    assertThat(Tables.policies(List.of(RUNS.view()), true, false).lines().toList().getLast())
        .as("the words of get")
        .contains(
            row.namespace().orElseThrow(),
            row.name(),
            row.release().orElseThrow(),
            row.phase().orElseThrow(),
            row.stage().orElseThrow(),
            row.weight(),
            row.why());
    assertThat(row.id()).isEqualTo("shop/web");
    assertThat(row.running()).isTrue();
    assertThat(row.verdict()).isEqualTo("odds 1.0 to 1");
  }

  @Test
  void whether_it_is_armed_is_said_of_each_in_the_words_of_get() {
    assertThat(board(RUNS).policies().getFirst().judge()).contains("0/149");
    assertThat(board(Stands.idle("web", new Arming(160, 0, 0.5))).policies().getFirst().judge())
        .contains("armed");
    Glance unreadable = new Glance(Views.idle("web"), Optional.empty());
    assertThat(board(unreadable).policies().getFirst().judge())
        .isEqualTo(unreadable.view().judge());
  }

  @Test
  void where_there_is_no_policy_it_says_what_to_do() {
    assertThat(board().todo())
        .get()
        .asString()
        .startsWith("There is no ReleasePolicy in the namespace shop.")
        .contains("sluice init deployment/NAME");
    assertThat(board(RUNS).todo()).isEmpty();
  }

  @Test
  void how_many_are_shown_is_bounded_and_how_many_are_not_is_said() {
    Glance[] all =
        IntStream.range(0, Board.MOST + 3)
            .mapToObj(i -> new Glance(Views.idle("web-" + i), Optional.empty()))
            .toArray(Glance[]::new);
    Board board = board(all);
    assertThat(board.policies()).hasSize(Board.MOST);
    assertThat(board.leftOut()).isEqualTo(3);
  }

  @Test
  void the_one_that_is_looked_at_is_explained_as_explain_does() {
    Standing standing = RUNS.standing().orElseThrow();
    Sheet sheet = Sheet.of(RUNS, Curve.after(Optional.empty(), standing), "-n shop");
    assertThat(sheet.explanation()).contains(Explanation.of(standing));
    assertThat(sheet.commands()).contains("sluice abort web -n shop", "sluice pause web -n shop");
    Sheet.Charts charts = sheet.charts().orElseThrow();
    assertThat(charts.limit()).isCloseTo(100, within(1e-6));
    assertThat(charts.budget()).as("a second of all traffic").isEqualTo(250);
    assertThat(charts.weightSays()).isEqualTo("The weight of web-7 is 5 %; it was 5 % at most.");
    assertThat(charts.oddsSays())
        .isEqualTo(
            "The odds that web-7 harms are 1.0 to 1; they were 1.5 to 1 at most. At 100 to 1 it is"
                + " held and a person is asked.");
    assertThat(charts.hurtSays()).contains("it may cost 250.");
  }

  @Test
  void what_the_judge_has_shown_is_a_rate_with_its_bound_beside_the_promise() {
    Glance idle = Stands.idle("web", new Arming(40, 1, 5));
    Sheet.Judge judge = Sheet.of(idle, Optional.empty(), "-n shop").judge().orElseThrow();
    assertThat(judge.armed()).isFalse();
    assertThat(judge.played()).isEqualTo(40);
    assertThat(judge.needed()).as("236 with one alarm").isEqualTo(236);
    assertThat(judge.measured()).isEqualTo(1 / 40.0);
    assertThat(judge.atMost()).isCloseTo(0.113, within(0.001));
    assertThat(judge.promised()).isEqualTo(0.01);
    assertThat(judge.arms()).isEqualTo(0.02);
    assertThat(judge.says())
        .isEqualTo(Explanation.of(idle.standing().orElseThrow()).judge().orElseThrow());
  }

  @Test
  void one_that_cannot_be_followed_says_why_and_nothing_else() {
    Glance unreadable = new Glance(Views.idle("web"), Optional.empty());
    Sheet sheet = Sheet.of(unreadable, Optional.empty(), "-n shop");
    assertThat(sheet.why()).isEqualTo("One version serves, nothing is to be released.");
    assertThat(sheet.explanation()).isEmpty();
    assertThat(sheet.judge()).isEmpty();
    assertThat(sheet.charts()).isEmpty();
  }

  private static Board board(Glance... glances) {
    return Board.of("the namespace shop", List.of(glances));
  }
}
