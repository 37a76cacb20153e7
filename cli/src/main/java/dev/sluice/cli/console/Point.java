package dev.sluice.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.Release;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.operator.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a release stood at one moment, by the clock of whoever decides.
 *
 * @param weight percent of the ordinary requests that the candidate was asked to get
 * @param odds that there is harm
 * @param hurt failed requests until then beyond what stable's rate would have given
 * @param bound percent of the requests that it fails at most beyond what stable would have, with 95
 *     % confidence; empty where nothing can be said, and of a moment of which only what was decided
 *     is left
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Point(Instant at, double weight, double odds, double hurt, OptionalDouble bound) {
  /** As far as anybody looks; an e-value has no end. */
  private static final double MOST_ODDS = 1e9;

  Point {
    odds = Math.min(odds, MOST_ODDS);
    hurt = Math.max(0, hurt);
  }

  static Point of(Release.Decision d) {
    return new Point(
        d.at(), percent(d.weight().fraction()), d.odds(), d.hurt(), OptionalDouble.empty());
  }

  /** What is known now is of when the counters were read last, or something was decided. */
  static Optional<Point> of(Release release, Standing standing) {
    List<Decided> decisions = standing.saved().decisions();
    Optional<Instant> decided =
        decisions.isEmpty() ? Optional.empty() : Optional.of(decisions.getLast().at());
    Release.Status status = release.status();
    return standing
        .saved()
        .readAt()
        .filter(at -> decided.filter(at::isBefore).isEmpty())
        .or(() -> decided)
        .map(
            at ->
                new Point(
                    at,
                    percent(status.weight().fraction()),
                    status.odds(),
                    status.hurt(),
                    bound(standing.verdict())));
  }

  private static OptionalDouble bound(Verdict verdict) {
    return verdict.upperBound().isPresent()
        ? OptionalDouble.of(100 * verdict.upperBound().getAsDouble())
        : OptionalDouble.empty();
  }

  private static double percent(double fraction) {
    return Math.round(fraction * 1000) / 10.0;
  }
}
