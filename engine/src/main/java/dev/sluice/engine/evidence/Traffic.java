package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * What flows, for people and for the budget: fading sums, those of a track since the last change of
 * weight.
 *
 * @param candidate responses of the candidate
 * @param stable responses of stable
 * @param total responses of both, over changes of weight
 * @param bounds of the latency histograms, seconds; at most 16, empty where there are none
 */
public record Traffic(Flow candidate, Flow stable, Flow total, List<Double> bounds) {
  private static final double FADE = 0.944;
  private static final int MOST_BOUNDS = 16;

  public Traffic {
    bounds = List.copyOf(bounds);
  }

  /**
   * One stream of responses.
   *
   * @param seconds that were watched
   * @param requests that were finished
   * @param bad ones among them
   * @param waiting seconds whose counts have not come yet
   * @param within requests within each bound, and all at the end
   */
  public record Flow(
      double seconds, double requests, double bad, double waiting, List<Double> within) {
    static final Flow NONE = new Flow(0, 0, 0, 0, List.of());

    public Flow {
      within = List.copyOf(within);
    }

    double perSecond() {
      return seconds == 0 ? 0 : requests / seconds;
    }

    /** A gap; before the first counts there is nothing that it could be a gap in. */
    private Flow waits(double length) {
      if (seconds == 0) {
        return this;
      }
      return new Flow(seconds, requests, bad, Logs.digits(waiting + length, 8), within);
    }

    private Flow plus(double length, Sample.Rate rate, List<Double> counts) {
      double covered = waiting + length;
      double decay = TimeBase.decay(FADE, covered);
      List<Double> sums = new ArrayList<>();
      for (int i = 0; i < counts.size(); i++) {
        double before = within.size() == counts.size() ? within.get(i) * decay : 0;
        sums.add(Logs.digits(before + counts.get(i), 4));
      }
      return new Flow(
          Logs.digits(seconds * decay + covered, 6),
          Logs.digits(requests * decay + rate.total(), 6),
          Logs.digits(bad * decay + rate.bad(), 6),
          0,
          sums);
    }

    private OptionalDouble quantile(double share, List<Double> bounds) {
      if (within.isEmpty() || within.getLast() < 1) {
        return OptionalDouble.empty();
      }
      double rank = share * within.getLast();
      double below = 0;
      double from = 0;
      for (int i = 0; i < bounds.size(); i++) {
        if (within.get(i) >= rank) {
          double part = (rank - below) / Math.max(within.get(i) - below, 1e-9);
          return OptionalDouble.of(from + part * (bounds.get(i) - from));
        }
        below = within.get(i);
        from = bounds.get(i);
      }
      return OptionalDouble.of(from);
    }
  }

  static Traffic none() {
    return new Traffic(Flow.NONE, Flow.NONE, Flow.NONE, List.of());
  }

  /** Whether both tracks could ever be read: before that no traffic does not mean little. */
  boolean known() {
    return total.seconds() > 0;
  }

  /** Tracks start anew, because their rates are about to jump; the whole goes on. */
  Traffic atNewWeight() {
    return new Traffic(Flow.NONE, Flow.NONE, total, bounds);
  }

  Traffic fold(Judge judge, Tick tick, Arm candidateArm, Arm stableArm) {
    double length = TimeBase.seconds(tick.length());
    String latency =
        judge.analysis().metrics().stream()
            .filter(metric -> metric.kind() == Metric.Kind.LATENCY)
            .map(Metric::name)
            .findFirst()
            .orElse("");
    SortedMap<Double, Double> candidates = histogram(tick, Track.CANDIDATE, latency);
    SortedMap<Double, Double> stables = histogram(tick, Track.STABLE, latency);
    List<Double> marks = bounds.isEmpty() ? thinned(stables) : bounds;
    Sample.Rate both =
        new Sample.Rate(
            candidateArm.done().bad() + stableArm.done().bad(),
            candidateArm.done().total() + stableArm.done().total());
    return new Traffic(
        candidateArm.read()
            ? candidate.plus(length, candidateArm.done(), counts(candidates, marks))
            : candidate.waits(length),
        stableArm.read()
            ? stable.plus(length, stableArm.done(), counts(stables, marks))
            : stable.waits(length),
        candidateArm.readable() && stableArm.readable()
            ? total.plus(length, both, List.of())
            : new Flow(
                total.seconds(),
                total.requests() + both.total(),
                total.bad() + both.bad(),
                total.waiting() + length,
                List.of()),
        marks);
  }

  Verdict.Figures figures(Flow flow) {
    return new Verdict.Figures(
        flow.perSecond(),
        flow.requests() < 1
            ? OptionalDouble.empty()
            : OptionalDouble.of(flow.bad() / flow.requests()),
        flow.quantile(0.99, bounds));
  }

  private static SortedMap<Double, Double> histogram(Tick tick, Track track, String metric) {
    return Series.histogram(
        tick.pods().stream().filter(pod -> pod.track() == track).toList(), metric);
  }

  private static List<Double> thinned(SortedMap<Double, Double> histogram) {
    List<Double> finite = histogram.keySet().stream().filter(Double::isFinite).toList();
    int step = (finite.size() + MOST_BOUNDS - 1) / MOST_BOUNDS;
    List<Double> marks = new ArrayList<>();
    for (int i = finite.size() - 1; i >= 0; i -= Math.max(1, step)) {
      marks.addFirst(finite.get(i));
    }
    return marks;
  }

  private static List<Double> counts(SortedMap<Double, Double> histogram, List<Double> marks) {
    List<Double> counts = new ArrayList<>();
    if (marks.isEmpty()) {
      return counts;
    }
    for (double mark : marks) {
      SortedMap<Double, Double> upTo = histogram.headMap(Math.nextUp(mark));
      counts.add(upTo.isEmpty() ? 0.0 : histogram.getOrDefault(upTo.lastKey(), 0.0));
    }
    counts.add(histogram.isEmpty() ? 0.0 : histogram.getOrDefault(histogram.lastKey(), 0.0));
    return counts;
  }
}
