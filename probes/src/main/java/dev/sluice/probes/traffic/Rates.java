package dev.sluice.probes.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** Requests/s from a counter that is looked at now and then. */
public final class Rates {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofMillis(500);
  private static final int MINUTES = 60;

  private record Point(Instant at, long count) {}

  private final Deque<Point> points = new ArrayDeque<>();
  private final double[] peaks = new double[MINUTES];
  private long minute;

  public void saw(long count, Instant now) {
    if (!points.isEmpty() && now.isBefore(points.getLast().at().plus(STEP))) {
      return;
    }
    points.addLast(new Point(now, count));
    while (points.size() > 2 && points.getFirst().at().isBefore(now.minus(WINDOW))) {
      points.removeFirst();
    }
    long current = now.getEpochSecond() / 60;
    for (long m = Math.max(minute + 1, current - MINUTES + 1); m <= current; m++) {
      peaks[(int) (m % MINUTES)] = 0;
    }
    minute = current;
    now()
        .ifPresent(
            rate ->
                peaks[(int) (current % MINUTES)] =
                    Math.max(peaks[(int) (current % MINUTES)], rate));
  }

  /** Over the last seconds; empty until there are two looks. */
  public OptionalDouble now() {
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    double seconds =
        Duration.between(points.getFirst().at(), points.getLast().at()).toNanos() / 1e9;
    return OptionalDouble.of((points.getLast().count() - points.getFirst().count()) / seconds);
  }

  /** The highest of the last hour. */
  public OptionalDouble peak() {
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    double highest = 0;
    for (double peak : peaks) {
      highest = Math.max(highest, peak);
    }
    return OptionalDouble.of(highest);
  }
}
