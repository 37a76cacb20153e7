package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people read at a glance. */
class TablesTest {
  private static final Instant ONE = Instant.parse("2026-11-25T13:00:00Z");

  @Test
  void a_policy_is_a_line_and_says_how_its_release_stands() {
    List<PolicyView> views =
        List.of(
            Views.running("order-service", "order-service-7", Phase.SHIFTING), Views.idle("web"));
    assertThat(Tables.policies(views, false, false))
        .isEqualToNormalizingNewlines(
            """
            POLICY          RELEASE           PHASE             STAGE   WEIGHT   ODDS   HURT   JUDGE    WHY
            order-service   order-service-7   Shifting (held)   small   5%       3.3    12     40/149   A person is asked.
            web             –                 –                 –       –        –      –      –        One version serves, nothing is to be released.""");
  }

  @Test
  void what_a_judge_has_shown_on_placebo_is_there_for_who_asks() {
    List<PolicyView> views =
        List.of(
            Views.running("order-service", "order-service-7", Phase.SHIFTING), Views.idle("web"));
    assertThat(Tables.policies(views, false, true))
        .isEqualToNormalizingNewlines(
            """
            POLICY          RELEASE           PHASE             STAGE   WEIGHT   ODDS   HURT   JUDGE    ALARMS    FALSE ALARMS   SINCE                  MISSING   WHY
            order-service   order-service-7   Shifting (held)   small   5%       3.3    12     40/149   0 of 40   < 7.2 %        2026-11-25T12:00:00Z   109       A person is asked.
            web             –                 –                 –       –        –      –      –        –         –              –                      –         One version serves, nothing is to be released.""");
  }

  @Test
  void of_all_namespaces_the_namespace_comes_first() {
    assertThat(Tables.policies(List.of(Views.idle("web")), true, false).lines())
        .satisfiesExactly(
            head -> assertThat(head).startsWith("NAMESPACE   POLICY"),
            line -> assertThat(line).startsWith("shop        web"));
  }

  @Test
  void how_it_stands_within_its_phase_is_not_said_of_one_that_has_ended() {
    assertThat(
            Tables.policies(List.of(Views.running("web", "web-1", Phase.ABORTED)), false, false)
                .lines())
        .last()
        .asString()
        .contains("Aborted ")
        .doesNotContain("held");
  }

  @Test
  void history_says_how_each_ended_how_long_it_took_and_whom_it_hurt() {
    List<ReleaseView> releases =
        List.of(
            Views.release("web", "web-3", Phase.SHIFTING, 10),
            Views.release("web", "web-2", Phase.ABORTED, 45),
            Views.release("web", "web-1", Phase.SUCCEEDED, 90));
    assertThat(Tables.history(releases, ONE))
        .isEqualToNormalizingNewlines(
            """
            RELEASE   OUTCOME     BEGAN                  TOOK    HURT   ODDS   WHY
            web-3     runs        2026-11-25T12:00:00Z   1h      2      1.5    It has ended.
            web-2     Aborted     2026-11-25T12:00:00Z   45m     2      1.5    It has ended.
            web-1     Succeeded   2026-11-25T12:00:00Z   1h30m   2      1.5    It has ended.""");
  }

  @Test
  void one_that_is_over_is_explained_by_its_record() {
    Explanation explained = Explanation.of(Views.release("web", "web-2", Phase.ABORTED, 45));
    assertThat(explained.text("-n shop"))
        .startsWith("web-2 has ended as Aborted.\nWhy: It has ended.")
        .contains("How it came here:")
        .contains("Checking: The pod template changed.")
        .doesNotContain("You can give");
  }
}
