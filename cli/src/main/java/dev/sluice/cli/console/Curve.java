package dev.sluice.cli.console;

import dev.sluice.api.Release;
import dev.sluice.cli.scene.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The course of one release: what its decisions tell of the time before anybody looked, and what
 * was seen since. Never more than {@value #MOST} points: of a long one every second is left out,
 * again and again, but where the weight changes.
 *
 * @param form another one where points that were told before have changed
 * @param budget failures that it may cost, as was last known; 0: it is not
 */
record Curve(String release, long form, List<Point> points, double budget) {
  static final int MOST = 720;

  Curve {
    points = List.copyOf(points);
  }

  /** What is known after another look; empty: nothing was released. */
  static Optional<Curve> after(Optional<Curve> before, Standing standing) {
    return standing.release().map(release -> of(before, release, standing));
  }

  private static Curve of(Optional<Curve> before, Release release, Standing standing) {
    String name = release.metadata().name();
    Curve curve =
        before
            .filter(c -> c.release.equals(name))
            .orElseGet(() -> new Curve(name, 0, List.of(), 0));
    for (Release.Decision decision : release.status().decisions()) {
      if (curve.isOver(decision.at())) {
        curve = curve.plus(Point.of(decision));
      }
    }
    if (!release.status().phase().ended()) {
      curve = Point.of(release, standing).map(curve::plus).orElse(curve);
    }
    return standing.budget() > 0
        ? new Curve(name, curve.form, curve.points, standing.budget())
        : curve;
  }

  private boolean isOver(Instant at) {
    return points.isEmpty() || at.isAfter(points.getLast().at());
  }

  /** Time goes forward; what was known of the last moment may be known better. */
  private Curve plus(Point point) {
    List<Point> next = new ArrayList<>(points);
    if (isOver(point.at())) {
      next.add(point);
      return next.size() > MOST
          ? new Curve(release, form + 1, thinned(next), budget)
          : new Curve(release, form, next, budget);
    }
    if (!point.at().equals(points.getLast().at()) || point.equals(points.getLast())) {
      return this;
    }
    next.set(next.size() - 1, point);
    return new Curve(release, form + 1, next, budget);
  }

  private static List<Point> thinned(List<Point> all) {
    List<Point> kept = new ArrayList<>();
    boolean skipped = false;
    for (int i = 0; i < all.size(); i++) {
      boolean step = i == 0 || all.get(i).weight() != all.get(i - 1).weight();
      skipped = !step && !skipped && i < all.size() - 1;
      if (!skipped) {
        kept.add(all.get(i));
      }
    }
    return kept.subList(Math.max(0, kept.size() - MOST * 3 / 4), kept.size());
  }
}
