package dev.sluice.kubernetes.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.kubernetes.Marks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitMarkTest {
  private static final SplitMark.Between ALL =
      new SplitMark.Between("web", "web-candidate", 7, List.of());

  @Test
  void what_is_written_is_read_back() {
    for (Split split :
        List.of(
            split(0, List.of()),
            split(1, List.of(new Match.Cookie("canary", "yes"))),
            split(
                1000,
                List.of(new Match.Header("x-canary", "always"), new Match.Cookie("c", "a%20b"))),
            new Split("web-1", Share.NONE, List.of(), Optional.empty(), Share.ALL))) {
      Map<String, String> marks = kept(SplitMark.write(split, ALL));
      assertThat(SplitMark.read(marks)).contains(split);
      assertThat(SplitMark.original(marks)).contains(7);
    }
  }

  @Test
  void chosen_rules_are_a_sixth_word() {
    Map<String, String> marks =
        kept(
            SplitMark.write(
                split(5, List.of()),
                new SplitMark.Between("web", "web-candidate", 1, List.of(0, 2))));
    assertThat(marks).containsEntry(Marks.SPLIT, "web web-candidate 5 1000 1 0,2");
    assertThat(SplitMark.read(marks)).contains(split(5, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nonsense", "a b 2 1 1", "a b 1 0 1", "a b 99999999 1 1", "a b -1 2 1"})
  void one_that_cannot_be_read_gives_the_candidate_nothing_and_is_no_releases(String mark) {
    assertThat(SplitMark.read(Map.of(Marks.SPLIT, mark, Marks.RELEASE, "web-1")))
        .contains(new Split("", Share.NONE, List.of(), Optional.empty(), Share.NONE));
  }

  @Test
  void a_cookie_that_would_mean_something_in_a_regular_expression_is_refused() {
    assertThat(SplitMark.unsayable(List.of(new Match.Cookie("canary", "a.b"))))
        .contains(
            "The whitelist's cookie canary has more than letters, digits, _, %, ~ and - in its name"
                + " or value; choose one without, or use a header.");
    assertThat(SplitMark.unsayable(List.of(new Match.Header("x", "a b")))).isPresent();
    assertThat(SplitMark.unsayable(List.of(new Match.Header("x", "a.b")))).isEmpty();
  }

  @Test
  void while_routes_disagree_the_most_is_seen_and_it_is_no_releases() {
    Optional<Split> little = Optional.of(split(50, List.of()));
    Optional<Split> much = Optional.of(split(500, List.of()));
    assertThat(Agreement.of(List.of(little, little), false)).isEqualTo(little);
    assertThat(Agreement.of(List.of(little, much), false))
        .contains(new Split("", new Share(500), List.of(), Optional.empty(), Share.NONE));
    Optional<Split> copies =
        Optional.of(new Split("web-1", Share.NONE, List.of(), Optional.empty(), Share.ALL));
    Optional<Split> none = Optional.of(split(0, List.of()));
    assertThat(Agreement.of(List.of(none, copies), false).orElseThrow().mirror())
        .as("a route that still copies")
        .isEqualTo(Share.ALL);
    assertThat(Agreement.of(List.of(little, Optional.empty()), false).orElseThrow().release())
        .as("not over before all have it")
        .isEmpty();
    assertThat(Agreement.of(List.of(Optional.empty(), Optional.empty()), false)).isEmpty();
  }

  /** As the API server keeps them: null takes one away. */
  private static Map<String, String> kept(Map<String, @Nullable String> written) {
    Map<String, String> kept = new HashMap<>();
    written.forEach(
        (key, value) -> {
          if (value != null) {
            kept.put(key, value);
          }
        });
    return kept;
  }

  private static Split split(int perMille, List<Match> match) {
    return new Split("web-1", new Share(perMille), match, Optional.empty(), Share.NONE);
  }
}
