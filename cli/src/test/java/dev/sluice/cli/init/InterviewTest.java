package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.cli.init.Place.From;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What people are asked, and what Enter means. */
class InterviewTest {
  private static final MetricsSeen NONE = new MetricsSeen.None(List.of());
  private static final Lead ROUTE = lead(Lead.Kind.HTTP_ROUTE, "shop");
  private static final Lead OTHER = lead(Lead.Kind.HTTP_ROUTE, "admin");
  private static final Lead INGRESS = lead(Lead.Kind.NGINX, "old");
  private final StringWriter asked = new StringWriter();

  @Test
  void enter_takes_what_is_proposed() throws Exception {
    Interview interview = typing("\n\n\n\n");
    assertThat(interview.metrics(NONE, _ -> NONE)).isEqualTo(NONE);
    Seen seen = interview.choices(seen(ROUTE, OTHER, INGRESS), "web");
    assertThat(seen.chosen()).hasValue(List.of(ROUTE, OTHER));
    assertThat(seen.approve()).hasValue(false);
    assertThat(seen.gateway()).isInstanceOf(GatewaySeen.Unknown.class);
    assertThat(asked.toString())
        .contains("On which port is it? [there is none] ")
        .contains("1 HTTPRoute shop; 2 HTTPRoute admin; 3 Ingress old;", "[1,2] ")
        .contains("Should a person say yes before half of the users are moved? [no] ")
        .contains("(--gateway-metrics)? [no] ");
  }

  @Test
  void a_page_that_somebody_names_is_looked_at() throws Exception {
    assertThat(
            typing("9102\n/stats\n")
                .metrics(NONE, place -> new MetricsSeen.NotAsked("x", Optional.of(place))))
        .isEqualTo(
            new MetricsSeen.NotAsked("x", Optional.of(new Place(9102, "/stats", From.PERSON))));
    assertThat(typing("9102\n\n").metrics(NONE, _ -> NONE))
        .as("nothing answers there")
        .isInstanceOfSatisfying(
            MetricsSeen.NotAsked.class,
            not ->
                assertThat(not.why())
                    .isEqualTo(
                        "Nothing that Sluice can read answers at port 9102, path /metrics, which is what was said."));
  }

  @Test
  void what_is_not_understood_is_asked_again_and_not_for_ever() throws Exception {
    Seen seen = typing("1,3\n9\n2\ny\ny\n").choices(seen(ROUTE, OTHER, INGRESS), "web");
    assertThat(seen.chosen()).hasValue(List.of(OTHER));
    assertThat(seen.approve()).hasValue(true);
    assertThat(seen.gateway()).isEqualTo(new GatewaySeen.Said());
    assertThat(asked.toString()).contains("That was not understood");
    assertThat(typing("x\nx\nx\nx\n").metrics(NONE, _ -> NONE)).isEqualTo(NONE);
  }

  @Test
  void who_goes_away_has_said_enter_and_where_nobody_is_nobody_is_asked() throws Exception {
    assertThat(typing("").choices(seen(ROUTE), "web").approve()).hasValue(false);
    Seen seen = seen(ROUTE, OTHER);
    Interview nobody = new Interview(new Questions.Nobody());
    assertThat(nobody.choices(seen, "web")).isEqualTo(seen);
    assertThat(nobody.metrics(NONE, _ -> NONE)).isEqualTo(NONE);
  }

  private Interview typing(String lines) {
    return new Interview(
        new Questions.Terminal(
            new BufferedReader(new StringReader(lines)), new PrintWriter(asked, true)));
  }

  private static Seen seen(Lead... leads) {
    Surroundings around =
        new Surroundings(
            new Deployment(),
            List.of(),
            List.of(leads),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    return new Seen(around, NONE, new GatewaySeen.Unknown("no right"));
  }

  private static Lead lead(Lead.Kind kind, String name) {
    return new Lead(kind, name, List.of(Set.of("web")));
  }
}
