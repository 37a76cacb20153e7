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
import org.junit.jupiter.params.provider.CsvSource;

class CanaryRulesTest {
  private static final Match HEADER = new Match.Header("x-canary", "always");
  private static final Match OTHER = new Match.Header("x-canary", "v1.2");
  private static final Match COOKIE = new Match.Cookie("canary", "always");

  @Test
  void what_is_written_is_read_back_in_the_order_of_the_policy() {
    for (List<Match> match :
        List.of(
            List.<Match>of(),
            List.of(HEADER),
            List.of(COOKIE, HEADER),
            List.of(OTHER, COOKIE, HEADER))) {
      Split split = split(5, match);
      assertThat(CanaryRules.read(CanaryRules.write(split))).contains(split);
    }
  }

  @Test
  void a_weight_is_out_of_a_thousand_and_a_value_of_its_own_takes_always_and_never_their_meaning() {
    assertThat(rules(CanaryRules.write(split(5, List.of(HEADER, COOKIE)))))
        .containsOnly(
            Map.entry("canary", "true"),
            Map.entry("canary-weight", "5"),
            Map.entry("canary-weight-total", "1000"),
            Map.entry("canary-by-header", "x-canary"),
            Map.entry("canary-by-header-value", "always"),
            Map.entry("canary-by-cookie", "canary"));
  }

  @Test
  void several_values_of_one_header_are_an_anchored_pattern() {
    assertThat(rules(CanaryRules.write(split(0, List.of(HEADER, OTHER)))))
        .containsEntry("canary-by-header-pattern", "^(always|v1\\.2)$")
        .doesNotContainKey("canary-by-header-value");
  }

  @ParameterizedTest
  @CsvSource({
    "true, 10, 100, 100",
    "true, 5, 1000, 5",
    "true, 10, , 100",
    "true, 7, 50, 70",
    "true, 200, 100, 1000",
    "true, -5, 100, 0",
    "true, many, 100, 0",
    "false, 50, 100, 0",
  })
  void a_share_is_what_the_controller_makes_of_it(
      String canary, String weight, @Nullable String total, int perMille) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put(CanaryRules.CANARY, canary);
    annotations.put(CanaryRules.PREFIX + "canary-weight", weight);
    if (total != null) {
      annotations.put(CanaryRules.PREFIX + "canary-weight-total", total);
    }
    assertThat(CanaryRules.read(annotations).orElseThrow().candidate())
        .isEqualTo(new Share(perMille));
  }

  @Test
  void what_somebody_else_wrote_is_read_as_it_works_and_not_as_the_mark_says() {
    Map<String, String> annotations = new HashMap<>(CanaryRules.write(split(0, List.of(COOKIE))));
    annotations.put(CanaryRules.PREFIX + "canary-by-header", "x-everybody");
    assertThat(CanaryRules.read(annotations).orElseThrow().match())
        .containsExactly(new Match.Header("x-everybody", "always"), COOKIE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "header x-a 1;header x-b 1 | looks at one header, and the whitelist has x-a and x-b: keep one of them.",
        "cookie a always;cookie b always | looks at one cookie, and the whitelist has a and b: keep one of them.",
        "cookie canary yes | sends to the candidate whose cookie canary is \"always\", and knows no other value",
        "header x_canary always | takes letters, digits and - in the name of the whitelist's header x_canary",
        "header x-canary a=b | and letters, digits, ., _, ~, /, : and - in its value",
        "cookie a.b always | takes letters, digits, _ and - in the name of the whitelist's cookie a.b",
      })
  void what_the_controller_cannot_do_is_refused_in_a_sentence(String match, String why) {
    List<Match> asked = SplitMark.matches(Map.of(Marks.MATCH, match));
    assertThat(asked).isNotEmpty();
    assertThat(CanaryRules.unsayable(asked).orElseThrow())
        .startsWith("ingress-nginx")
        .contains(why);
  }

  @Test
  void what_it_can_do_is_not_refused() {
    assertThat(CanaryRules.unsayable(List.of(HEADER, OTHER, COOKIE))).isEmpty();
  }

  private static Map<String, String> rules(Map<String, String> annotations) {
    Map<String, String> rules = new HashMap<>();
    annotations.forEach(
        (key, value) -> {
          if (key.startsWith(CanaryRules.PREFIX)) {
            rules.put(key.substring(CanaryRules.PREFIX.length()), value);
          }
        });
    return rules;
  }

  private static Split split(int perMille, List<Match> match) {
    return new Split("web-1", new Share(perMille), match, Optional.empty(), Share.NONE);
  }
}
