package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Prometheus' text format, as it is written and as it might be. */
class ExpositionTest {
  private record Series(String name, Map<String, String> labels, double value) {}

  private static List<Series> read(String text) {
    List<Series> all = new ArrayList<>();
    Exposition.read(
        text, name -> !name.startsWith("un"), (n, l, v) -> all.add(new Series(n, l, v)));
    return all;
  }

  @Test
  void labels_values_and_timestamps_are_told_apart() {
    assertThat(read("# TYPE a counter\na{x=\"1\", y=\"2\",} 3 1700000000000\r\n\n  b 4e2\nc{} 0"))
        .containsExactly(
            new Series("a", Map.of("x", "1", "y", "2"), 3),
            new Series("b", Map.of(), 400),
            new Series("c", Map.of(), 0));
  }

  @Test
  void a_value_may_have_quotes_braces_and_backslashes_in_it() {
    assertThat(read("a{p=\"/o/{id}\",q=\"say \\\"no\\\"\\\\\\n\\d\"} 1 # {trace=\"x\"} 0.5"))
        .containsExactly(new Series("a", Map.of("p", "/o/{id}", "q", "say \"no\"\\\n\\d"), 1));
  }

  @Test
  void a_long_value_is_no_trouble() {
    String path = "/x".repeat(100_000);
    assertThat(read("a{p=\"" + path + "\"} 1").getFirst().labels()).containsEntry("p", path);
  }

  @Test
  void what_nobody_wants_need_not_be_readable_and_what_is_wanted_must_be() {
    assertThat(read("unwanted{a= 1\nunknown x\n")).isEmpty();
    for (String broken : List.of("a{b=1} 2", "a{b=\"1} 2", "a{b} 2", "a{ 2", "a two", "a")) {
      assertThatThrownBy(() -> read(broken))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void what_no_counter_can_have_is_no_zero() {
    for (String lie : List.of("a NaN", "a -1", "a +Inf", "a -Inf")) {
      assertThatThrownBy(() -> read(lie))
          .as(lie)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no count");
    }
    assertThat(read("unwanted NaN")).isEmpty();
  }
}
