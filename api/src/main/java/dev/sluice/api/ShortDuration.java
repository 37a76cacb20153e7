package dev.sluice.api;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 500ms}. */
public final class ShortDuration {
  /** Longer than any release; keeps sums far from overflow. */
  static final Duration LONGEST = Duration.ofDays(365);

  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private ShortDuration() {}

  /**
   * Reads a duration: units h, m, s, ms in that order, each at most once.
   *
   * @throws IllegalArgumentException with a sentence that says how to write it
   */
  public static Duration parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"" + text + "\" is not a duration; write it like 90s, 5m, 1h30m or 500ms"));
  }

  static Optional<Duration> tryParse(String text) {
    Matcher m = FORM.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      return Optional.empty();
    }
    Duration sum =
        Duration.ofHours(part(m, 1))
            .plusMinutes(part(m, 2))
            .plusSeconds(part(m, 3))
            .plusMillis(part(m, 4));
    return sum.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(sum);
  }

  private static long part(Matcher m, int group) {
    String digits = m.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Writes a duration, to the millisecond, so that {@link #parse} gives it back. */
  public static String format(Duration d) {
    if (d.isNegative()) {
      throw new IllegalArgumentException("a duration is never negative: " + d);
    }
    StringBuilder out = new StringBuilder();
    append(out, d.toHours(), "h");
    append(out, d.toMinutesPart(), "m");
    append(out, d.toSecondsPart(), "s");
    append(out, d.toMillisPart(), "ms");
    return out.isEmpty() ? "0s" : out.toString();
  }

  private static void append(StringBuilder out, long amount, String unit) {
    if (amount > 0) {
      out.append(amount).append(unit);
    }
  }
}
