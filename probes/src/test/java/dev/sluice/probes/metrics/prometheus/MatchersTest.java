package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Names select themselves and nobody else, whatever is in them. */
class MatchersTest {
  private static final String ODD = "ab-0.\\\"'`{}[]()|*+?^$,=~!#\n\r\té§ ";

  @Test
  void the_pods_are_named_one_by_one() {
    assertThat(Matchers.of("namespace", "shop", "pod", List.of("b-1", "a.b-1")))
        .isEqualTo("namespace=\"shop\",pod=~\"a\\\\.b-1|b-1\"");
  }

  @Test
  void a_name_matches_itself_and_no_other() {
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      String name = any(random);
      String other = any(random);
      Pattern pattern = Pattern.compile(Matchers.literally(name));
      assertThat(pattern.matcher(name).matches()).as("seed " + seed).isTrue();
      assertThat(pattern.matcher(other).matches()).as("seed " + seed).isEqualTo(other.equals(name));
    }
  }

  @Test
  void what_is_quoted_ends_where_it_should_and_reads_as_it_was() {
    for (long seed = 1; seed <= 500; seed++) {
      String text = any(new Random(seed));
      String quoted = Matchers.quoted(text);
      assertThat(quoted.indexOf('\n')).isNegative();
      StringBuilder read = new StringBuilder();
      int at = 1;
      while (quoted.charAt(at) != '"') {
        char c = quoted.charAt(at++);
        if (c == '\\') {
          char escaped = quoted.charAt(at++);
          c = escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
        }
        read.append(c);
      }
      assertThat(at).as("seed " + seed).isEqualTo(quoted.length() - 1);
      assertThat(read.toString()).as("seed " + seed).isEqualTo(text);
    }
  }

  private static String any(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(ODD.charAt(random.nextInt(ODD.length())));
    }
    return text.toString();
  }
}
