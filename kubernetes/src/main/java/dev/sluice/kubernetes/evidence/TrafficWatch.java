package dev.sluice.kubernetes.evidence;

import dev.sluice.engine.model.Split;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.probes.traffic.Rates;
import dev.sluice.probes.traffic.ServedShare;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much flows, and what share of it the candidate gets, from counters that only grow. Not for
 * several threads.
 *
 * <p>The counters are looked at now and then, so what was counted at the moment of a change is not
 * known: the share begins with the first look that is {@code settle} after it, and is not known
 * before the one after that.
 */
final class TrafficWatch {
  /** How far pods' own counts may be off: they answer late, and are not read at one moment. */
  private static final double RELATIVE = 0.2;

  private static final double ABSOLUTE = 0.01;

  /** After so long without a look the rates are those of another time. */
  static final Duration STALE = Duration.ofSeconds(30);

  /** Whose counters they are. */
  enum Exactness {
    /** A gateway's: each request once, as it was sent. */
    SENT,
    /** The pods': those that they answered. */
    ANSWERED
  }

  private record Look(double candidate, double all, Exactness exactness, Instant at) {}

  private final Duration settle;
  private final ServedShare share;
  private Rates total = new Rates();
  private Rates ofCandidate = new Rates();
  private Optional<String> candidate = Optional.empty();
  private Optional<Instant> settled = Optional.empty();
  private Optional<Look> last = Optional.empty();
  private boolean bounded;

  TrafficWatch(Duration settle, Instant now) {
    this.settle = settle;
    this.share = new ServedShare(now);
    this.settled = Optional.of(now);
  }

  /** The routing has changed, or may have: what was counted before says nothing of it. */
  void changed(Instant now) {
    settled = Optional.of(now.plus(settle));
  }

  /**
   * One look at the counters.
   *
   * @param candidate its set
   * @param sent to the candidate, of what is {@code attributed}
   * @param attributed requests of which it is known who got them
   * @param all requests
   * @param split that was served meanwhile
   */
  void saw(
      Optional<String> candidate,
      double sent,
      double attributed,
      double all,
      Exactness exactness,
      Optional<Split> split,
      Instant now) {
    boolean other =
        !candidate.equals(this.candidate)
            || last.filter(look -> look.exactness() == exactness).isEmpty()
            || last.filter(look -> look.all() <= attributed && look.candidate() <= sent).isEmpty();
    if (other) {
      this.candidate = candidate;
      ofCandidate = new Rates();
      total = last.isPresent() && last.get().exactness() == exactness ? total : new Rates();
      if (settled.isEmpty()) {
        settled = Optional.of(now);
      }
    }
    total.saw((long) all, now);
    ofCandidate.saw((long) sent, now);
    last = Optional.of(new Look(sent, attributed, exactness, now));
    bounded =
        split
            .filter(s -> !s.match().isEmpty() || s.affinity().isPresent() || !s.mirror().isNone())
            .isPresent();
    if (settled.filter(at -> !now.isBefore(at)).isPresent()) {
      share.changed((long) sent, (long) attributed, now);
      settled = Optional.empty();
    }
  }

  Traffic traffic() {
    return new Traffic(
        total.now(),
        total.peak(),
        candidate.isEmpty() ? OptionalDouble.empty() : ofCandidate.now());
  }

  /**
   * Since the routing changed; empty: not known yet. Requests that a match or a cookie sends to the
   * candidate cannot be told from the others here, and neither can copies: then its share is at
   * most what was counted.
   */
  Optional<Served> served() {
    if (settled.isPresent() || last.isEmpty() || candidate.isEmpty()) {
      return Optional.empty();
    }
    Look look = last.get();
    return share
        .at((long) look.candidate(), (long) look.all(), look.at())
        .map(served -> look.exactness() == Exactness.SENT ? served : widened(served))
        .map(served -> bounded ? new Served(0, served.high()) : served);
  }

  private static Served widened(Served served) {
    return new Served(
        Math.max(0, served.low() * (1 - RELATIVE) - ABSOLUTE),
        Math.min(1, served.high() * (1 + RELATIVE) + ABSOLUTE));
  }
}
