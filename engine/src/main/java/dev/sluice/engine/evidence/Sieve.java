package dev.sluice.engine.evidence;

import dev.sluice.engine.evidence.Background.Part;
import dev.sluice.engine.evidence.Sifted.LeftOut;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Leaves users' requests of one tick after another, where no label tells the platform's: of each
 * pod the {@link Background} goes, and of stable its {@link Surplus}.
 *
 * <p>The platform's requests do not come evenly. What was to go and was not there yet goes out of
 * what comes next, so that at little traffic, too, no more is left than there was. It is not saved:
 * whoever takes over takes a little less out, once.
 */
public final class Sieve {
  private final Analysis analysis;
  private final Map<String, Metric> metrics = new TreeMap<>();

  public Sieve(Analysis analysis) {
    this.analysis = analysis;
  }

  /**
   * The next tick, of users' requests. Pods that tell nothing of a metric are as they were, and of
   * pods that were missed what was to go is owed.
   *
   * @param mixed metrics in which no label tells the platform's requests, by track
   */
  public Tick users(Tick tick, Background background, Map<Track, Set<String>> mixed) {
    for (Track track : Track.values()) {
      for (String name : mixed.getOrDefault(track, Set.of())) {
        metrics.computeIfAbsent(name, Metric::new);
      }
    }
    metrics
        .keySet()
        .removeIf(
            name -> !mixes(mixed, Track.STABLE, name) && !mixes(mixed, Track.CANDIDATE, name));
    if (metrics.isEmpty()) {
      return tick;
    }
    List<LeftOut> leftOut = new ArrayList<>(metrics.size());
    for (Metric metric : metrics.values()) {
      leftOut.add(metric.weigh(tick, background, mixed));
    }
    return new Tick(
        tick.seq(),
        tick.length(),
        tick.stage(),
        tick.weight(),
        new Sifted(tick.pods(), leftOut),
        tick.edge(),
        tick.queried(),
        doubt(tick, background, mixed));
  }

  private static boolean mixes(Map<Track, Set<String>> mixed, Track track, String metric) {
    Set<String> names = mixed.get(track);
    return names != null && names.contains(metric);
  }

  private Map<Track, Double> doubt(
      Tick tick, Background background, Map<Track, Set<String>> mixed) {
    double seconds = TimeBase.seconds(tick.length());
    Map<Track, Double> doubt = new EnumMap<>(Track.class);
    for (Track track : Track.values()) {
      double ofTrack = 0;
      for (int i = 0; i < tick.pods().size(); i++) {
        PodSample pod = tick.pods().get(i);
        String done = Series.completing(pod.metrics(), analysis);
        if (pod.track() == track && mixes(mixed, track, done) && pod.metrics().containsKey(done)) {
          ofTrack += background.doubt(done, seconds);
        }
      }
      if (ofTrack > 0) {
        doubt.put(track, ofTrack);
      }
    }
    return doubt;
  }

  /** One of them, over the ticks. */
  private static final class Metric {
    private final String name;
    private final Map<String, Debt> debts = new HashMap<>();
    private final Surplus surplus = new Surplus();

    Metric(String name) {
      this.name = name;
    }

    /** How many of a tick's requests go. */
    LeftOut weigh(Tick tick, Background background, Map<Track, Set<String>> mixed) {
      double seconds = TimeBase.seconds(tick.length());
      List<PodSample> pods = tick.pods();
      if (debts.size() > pods.size()) {
        debts.keySet().retainAll(pods.stream().map(PodSample::pod).toList());
      }
      double[] out = new double[pods.size()];
      Part part = background.parts().get(name);
      for (int i = 0; i < out.length && part != null && !part.implausible(); i++) {
        if (mixes(mixed, pods.get(i).track(), name)) {
          out[i] = ofPod(pods.get(i), part, seconds);
        }
      }
      if (mixes(mixed, Track.STABLE, name)) {
        ofStable(tick, background.doubt(name, 1), out);
      }
      return new LeftOut(name, Doubles.owning(out));
    }

    private double ofPod(PodSample pod, Part part, double seconds) {
      Sample counted = pod.metrics().get(name);
      Debt debt = debts.computeIfAbsent(pod.pod(), _ -> new Debt());
      if (counted != null) {
        debt.requests += part.in(seconds);
      } else if (debt.requests > 0) {
        debt.requests += part.perSecond() * seconds;
      }
      double there = counted == null ? 0 : Math.min(debt.requests, counted.good());
      debt.requests = Math.min(debt.requests - there, part.in(Surplus.PATIENCE));
      return there;
    }

    private void ofStable(Tick tick, double doubt, double[] out) {
      double candidate = 0;
      double stable = 0;
      double spare = 0;
      int candidatePods = 0;
      int stablePods = 0;
      for (int i = 0; i < out.length; i++) {
        Sample counted = tick.pods().get(i).metrics().get(name);
        if (counted != null && tick.pods().get(i).track() == Track.CANDIDATE) {
          candidatePods++;
          candidate += counted.total() - out[i];
        } else if (counted != null) {
          stablePods++;
          stable += counted.total() - out[i];
          spare += counted.good() - out[i];
        }
      }
      Surplus.Both both = new Surplus.Both(candidate, candidatePods, stable, stablePods);
      double more =
          surplus.next(tick.weight(), both, TimeBase.seconds(tick.length()), spare, doubt);
      for (int i = 0; i < out.length && more > 0; i++) {
        Sample counted = tick.pods().get(i).metrics().get(name);
        if (counted != null && tick.pods().get(i).track() == Track.STABLE) {
          out[i] += more * (counted.good() - out[i]) / spare;
        }
      }
    }
  }

  /** What was to go of a pod and was not there yet. */
  private static final class Debt {
    private double requests;
  }
}
