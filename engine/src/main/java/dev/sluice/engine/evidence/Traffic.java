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
  private static final double NEARLY_ALL = 0.99;
  private static final int MOST_BOUNDS = 16;

  /** Seconds that an answer takes of which a histogram only says that it is beyond its bounds. */
  private static final double LONG = 60;

  public Traffic {
    bounds = Doubles.of(bounds);
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
    static final Flow NONE = new Flow(0, 0, 0, 0, Doubles.zeros(0));

    public Flow {
      within = Doubles.of(within);
    }

    double perSecond() {
      return seconds == 0 ? 0 : requests / seconds;
    }

    /** A gap; before the first counts there is nothing that it could be a gap in. */
    private Flow waits(double length) {
      if (seconds == 0 && requests == 0) {
        return this;
      }
      return new Flow(seconds, requests, bad, Logs.digits(waiting + length, 8), within);
    }

    /**
     * @param counts within each bound, and all at the end; taken over
     */
    private Flow plus(double length, Sample.Rate rate, double[] counts) {
      double covered = waiting + length;
      double decay = TimeBase.decay(FADE, covered);
      Doubles before = Doubles.of(within);
      for (int i = 0; i < counts.length; i++) {
        double kept = before.size() == counts.length ? before.at(i) * decay : 0;
        counts[i] = Logs.digits(kept + counts[i], 4);
      }
      return new Flow(
          Logs.digits(seconds * decay + covered, 5),
          Logs.digits(requests * decay + rate.total(), 5),
          Logs.digits(bad * decay + rate.bad(), 3),
          0,
          Doubles.owning(counts));
    }

    /** Seconds within which nearly all answers come; 0 where nobody tells. */
    private double nearlyAll(Doubles bounds) {
      Doubles counts = Doubles.of(within);
      int finite = bounds.size();
      boolean beyond =
          finite > 0
              && counts.size() == finite + 1
              && counts.at(finite - 1) < NEARLY_ALL * counts.at(finite);
      return beyond ? LONG : quantile(NEARLY_ALL, bounds).orElse(0);
    }

    private OptionalDouble quantile(double share, Doubles bounds) {
      Doubles counts = Doubles.of(within);
      if (counts.isEmpty() || counts.at(counts.size() - 1) < 1) {
        return OptionalDouble.empty();
      }
      double rank = share * counts.at(counts.size() - 1);
      double below = 0;
      double from = 0;
      for (int i = 0; i < bounds.size(); i++) {
        if (counts.at(i) >= rank) {
          double part = (rank - below) / Math.max(counts.at(i) - below, 1e-9);
          return OptionalDouble.of(from + part * (bounds.at(i) - from));
        }
        below = counts.at(i);
        from = bounds.at(i);
      }
      return OptionalDouble.of(from);
    }
  }

  static Traffic none() {
    return new Traffic(Flow.NONE, Flow.NONE, Flow.NONE, Doubles.zeros(0));
  }

  /** Whether both tracks could ever be read: before that no traffic does not mean little. */
  boolean known() {
    return total.seconds() > 0;
  }

  /** Tracks start anew, because their rates are about to jump; the whole goes on. */
  Traffic atNewWeight() {
    return new Traffic(Flow.NONE, Flow.NONE, total, bounds);
  }

  /**
   * Whether this weight has been served for longer than stable's answers take: before that an
   * answer may be to a request that was sent at another one, or be still to come.
   */
  boolean settled() {
    return stable.seconds() >= stable.nearlyAll(Doubles.of(bounds));
  }

  Traffic fold(Judge judge, Tick tick, Arm candidateArm, Arm stableArm) {
    double length = TimeBase.seconds(tick.length());
    String latency = latency(judge);
    Doubles marks = bounds.isEmpty() ? thinned(stables(tick, latency)) : Doubles.of(bounds);
    Sample.Rate both =
        new Sample.Rate(
            candidateArm.done().bad() + stableArm.done().bad(),
            candidateArm.done().total() + stableArm.done().total());
    return new Traffic(
        candidateArm.read()
            ? candidate.plus(
                length, candidateArm.done(), counts(tick, Track.CANDIDATE, latency, marks))
            : candidate.waits(length),
        stableArm.read()
            ? stable.plus(length, stableArm.done(), counts(tick, Track.STABLE, latency, marks))
            : stable.waits(length),
        candidateArm.readable() && stableArm.readable()
            ? total.plus(length, both, new double[0])
            : new Flow(
                    total.seconds(),
                    total.requests() + both.total(),
                    total.bad() + both.bad(),
                    total.waiting(),
                    Doubles.zeros(0))
                .waits(length),
        marks);
  }

  Verdict.Figures figures(Flow flow) {
    return new Verdict.Figures(
        flow.perSecond(),
        flow.requests() < 1
            ? OptionalDouble.empty()
            : OptionalDouble.of(flow.bad() / flow.requests()),
        flow.quantile(NEARLY_ALL, Doubles.of(bounds)));
  }

  /** Of a judge that has several, the first. */
  private static String latency(Judge judge) {
    List<Metric> judged = judge.analysis().metrics();
    for (int i = 0; i < judged.size(); i++) {
      if (judged.get(i).kind() == Metric.Kind.LATENCY) {
        return judged.get(i).name();
      }
    }
    return "";
  }

  private static SortedMap<Double, Double> stables(Tick tick, String metric) {
    return Series.histogram(tick, pod -> pod.track() == Track.STABLE, metric);
  }

  private static Doubles thinned(SortedMap<Double, Double> histogram) {
    List<Double> finite = histogram.keySet().stream().filter(Double::isFinite).toList();
    int step = (finite.size() + MOST_BOUNDS - 1) / MOST_BOUNDS;
    List<Double> marks = new ArrayList<>();
    for (int i = finite.size() - 1; i >= 0; i -= Math.max(1, step)) {
      marks.addFirst(finite.get(i));
    }
    return Doubles.of(marks);
  }

  /** Of a track, requests within each mark, and all at the end; none where there are no marks. */
  private static double[] counts(Tick tick, Track track, String metric, Doubles marks) {
    double[] counts = new double[marks.isEmpty() ? 0 : marks.size() + 1];
    Sifted.LeftOut out = tick.leftOut(metric);
    for (int i = 0; i < tick.counted().size() && counts.length > 0; i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.track() == track && pod.metrics().get(metric) instanceof Sample.Buckets buckets) {
        add(buckets, out.of(i), marks, counts);
      }
    }
    return counts;
  }

  /** Within a mark are those of the largest bound that is not beyond it. */
  private static void add(Sample.Buckets buckets, double out, Doubles marks, double[] counts) {
    int mark = 0;
    double within = 0;
    for (Double bound : buckets.bounds()) {
      while (mark < marks.size() && marks.at(mark) < bound) {
        counts[mark++] += within;
      }
      within = buckets.within(bound, out);
    }
    while (mark <= marks.size()) {
      counts[mark++] += within;
    }
  }
}
