package dev.sluice.sample.orders;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** How the service's page of metrics tells something else than what has happened. */
enum Lie {
  /** It tells what has happened. */
  HONEST,
  /** It never changes. */
  STALE,
  /** What is counted is not a number. */
  NAN,
  /** Less than nothing has happened. */
  NEGATIVE,
  /** Counters go back to zero every few seconds, and nobody was started again. */
  RESET,
  /** Whatever failed is told as answered well. */
  FLATTERING;

  private static final Duration RESETS = Duration.ofSeconds(5);

  /** Of a page as it should be makes what is shown. */
  UnaryOperator<String> told(LongSupplier nanos) {
    return switch (this) {
      case HONEST -> page -> page;
      case STALE -> new Stale();
      case NAN -> page -> each(page, (_, _) -> "NaN");
      case NEGATIVE -> page -> each(page, (_, value) -> String.valueOf(-1 - value));
      case RESET -> new Reset(nanos);
      case FLATTERING -> page -> page.replace("status=\"5", "status=\"2");
    };
  }

  /** What is shown of one series. */
  private interface Told {
    String of(String series, double value);
  }

  private static String each(String page, Told told) {
    return page.lines()
            .map(line -> line.isEmpty() || line.startsWith("#") ? line : shown(line, told))
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  private static String shown(String line, Told told) {
    int space = line.lastIndexOf(' ');
    String series = line.substring(0, space);
    return series + " " + told.of(series, Double.parseDouble(line.substring(space + 1)));
  }

  private static final class Stale implements UnaryOperator<String> {
    private String first = "";

    @Override
    public synchronized String apply(String page) {
      first = first.isEmpty() ? page : first;
      return first;
    }
  }

  private static final class Reset implements UnaryOperator<String> {
    private final LongSupplier nanos;
    private final Map<String, Double> zero = new HashMap<>();
    private long since;

    Reset(LongSupplier nanos) {
      this.nanos = nanos;
      this.since = nanos.getAsLong();
    }

    @Override
    public synchronized String apply(String page) {
      if (nanos.getAsLong() - since > RESETS.toNanos()) {
        since = nanos.getAsLong();
        var _ =
            each(
                page,
                (series, value) -> {
                  zero.put(series, value);
                  return "";
                });
      }
      return each(
          page,
          (series, value) -> String.valueOf(Math.max(0, value - zero.getOrDefault(series, 0.0))));
    }
  }
}
