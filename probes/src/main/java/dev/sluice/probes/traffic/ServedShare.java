package dev.sluice.probes.traffic;

import dev.sluice.engine.world.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * What share the data plane really serves, from the proxy's exact counts since the routing last
 * changed: the 99.9 % interval of Wilson (Probable inference, 1927), which holds for few requests.
 */
public final class ServedShare {
  /** How long no traffic may mean that it is only about to come. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Only so much of the past counts: a late answer to the routing before must be outlived. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  private static final double Z = 3.29;

  private record Point(Instant at, long candidate, long all) {}

  private final Deque<Point> points = new ArrayDeque<>();
  private Instant since;

  public ServedShare(Instant now) {
    points.add(new Point(now, 0, 0));
    since = now;
  }

  /** The routing has changed: what was counted up to now says nothing any more. */
  public void changed(long candidate, long all, Instant now) {
    points.clear();
    points.add(new Point(now, candidate, all));
    since = now;
  }

  /**
   * @param candidate ordinary requests that went to the candidate since the proxy started
   * @param all ordinary requests since the proxy started
   * @return empty: not known yet; 0 to 1: there is no traffic that could tell
   */
  public Optional<Served> at(long candidate, long all, Instant now) {
    if (!now.isBefore(points.getLast().at().plusSeconds(1))) {
      points.addLast(new Point(now, candidate, all));
    }
    while (points.size() > 1 && second().at().isBefore(now.minus(WINDOW))) {
      points.removeFirst();
    }
    Point before = points.getFirst();
    long n = all - before.all();
    if (n <= 0) {
      return now.isBefore(since.plus(PATIENCE)) ? Optional.empty() : Optional.of(new Served(0, 1));
    }
    return Optional.of(wilson(candidate - before.candidate(), n));
  }

  private Point second() {
    Iterator<Point> all = points.iterator();
    all.next();
    return all.next();
  }

  public static Served wilson(long hits, long n) {
    double p = (double) hits / n;
    double z2 = Z * Z;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
    // At the ends the formula meets 0 and 1 but for rounding.
    return new Served(
        hits == 0 ? 0 : Math.max(0, middle - half), hits == n ? 1 : Math.min(1, middle + half));
  }
}
