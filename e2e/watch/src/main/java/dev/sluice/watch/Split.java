package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a route's mark says: {@code ROOT CANDIDATE WEIGHT TOTAL ORIGINAL}, and which rules.
 *
 * @param rules positions among the user's; empty: each that leads to the root
 */
record Split(
    String root, String candidate, int weight, int total, int original, Set<Integer> rules) {
  private static final Pattern FORM =
      Pattern.compile("(\\S+) (\\S+) (\\d{1,7}) (\\d{1,7}) (\\d{1,7})(?: ([\\d,]{1,47}))?");

  /** Empty where there is none, or none that can be read: such a mark does nothing. */
  static Optional<Split> of(JsonNode route) {
    return Read.mark(route, Marks.SPLIT).flatMap(Split::of);
  }

  static Optional<Split> of(String mark) {
    Matcher m = FORM.matcher(mark);
    if (!m.matches()) {
      return Optional.empty();
    }
    Set<Integer> rules =
        m.group(6) == null
            ? Set.of()
            : Arrays.stream(m.group(6).split(",", -1))
                .filter(n -> !n.isEmpty())
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    return Optional.of(
        new Split(
            m.group(1),
            m.group(2),
            Integer.parseInt(m.group(3)),
            Integer.parseInt(m.group(4)),
            Integer.parseInt(m.group(5)),
            rules));
  }
}
