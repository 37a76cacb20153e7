package dev.sluice.engine.evidence;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * What a {@link Sieve} leaves of a tick's pods. To everybody a list like any other, whose pods are
 * made when they are asked for. A ledger asks for none of them: of {@linkplain Tick#counted what
 * was counted} and {@linkplain Tick#leftOut what is left out} it makes the single numbers that it
 * folds, for pods of its own would be most of the garbage of a tick.
 */
final class Sifted extends AbstractList<PodSample> implements RandomAccess {
  private final List<PodSample> counted;
  private final List<LeftOut> leftOut;

  /**
   * Of one metric.
   *
   * @param requests of each pod in turn; empty: of none is anything left out
   */
  record LeftOut(String metric, Doubles requests) {
    private static final LeftOut NOTHING = new LeftOut("", Doubles.zeros(0));

    double of(int pod) {
      return requests.isEmpty() ? 0 : requests.at(pod);
    }
  }

  Sifted(List<PodSample> counted, List<LeftOut> leftOut) {
    this.counted = counted;
    this.leftOut = leftOut;
  }

  static List<PodSample> counted(List<PodSample> pods) {
    return pods instanceof Sifted sifted ? sifted.counted : pods;
  }

  static LeftOut leftOut(List<PodSample> pods, String metric) {
    if (pods instanceof Sifted sifted) {
      for (int i = 0; i < sifted.leftOut.size(); i++) {
        if (sifted.leftOut.get(i).metric().equals(metric)) {
          return sifted.leftOut.get(i);
        }
      }
    }
    return LeftOut.NOTHING;
  }

  @Override
  public PodSample get(int index) {
    PodSample pod = counted.get(index);
    Map<String, Sample> users = new HashMap<>(pod.metrics());
    for (LeftOut out : leftOut) {
      users.computeIfPresent(out.metric(), (_, all) -> all.without(out.of(index)));
    }
    return new PodSample(pod.track(), pod.pod(), pod.age(), users);
  }

  @Override
  public int size() {
    return counted.size();
  }
}
