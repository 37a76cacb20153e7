package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Fading counts of each pod of stable: who is out of line with the others is left out from the next
 * tick on.
 *
 * @param pods the ends of their names, in order
 * @param rows of evidence that there are counts of
 * @param sums of each pod in turn: bad and all events of each row
 * @param block of each pod in turn: bad events of each row in the current block of 10 s, which do
 *     not fade
 * @param blockSeconds what it covers so far
 */
public record PodSums(
    List<String> pods, int rows, List<Double> sums, List<Double> block, double blockSeconds) {
  private static final double FADE = 0.97;

  public PodSums {
    pods = List.copyOf(pods);
    sums = Doubles.of(sums);
    block = Doubles.of(block);
  }

  static PodSums none() {
    return new PodSums(List.of(), 0, Doubles.zeros(0), Doubles.zeros(0), 0);
  }

  /** The end of a pod's name: what sets pods of one set apart, and short enough to store. */
  static String key(String pod) {
    return pod.length() <= 8 ? pod : pod.substring(pod.length() - 8);
  }

  /** After a tick; pods that are gone are forgotten. Where others came, a block begins anew. */
  PodSums fold(Tick tick, List<MetricLedger> rowsNow) {
    double seconds = TimeBase.seconds(tick.length());
    double decay = TimeBase.decay(FADE, seconds);
    List<String> listed = listed(tick);
    boolean sameCells = listed.equals(pods) && rows * pods.size() == block.size();
    boolean goesOn = sameCells && rows == rowsNow.size() && !blockIsOver();
    double[] next = new double[2 * rowsNow.size() * listed.size()];
    double[] nextBlock = goesOn ? Doubles.of(block).copy() : new double[next.length / 2];
    Double[] bounds = new Double[rowsNow.size()];
    for (int row = 0; row < bounds.length; row++) {
      bounds[row] = Series.key(rowsNow.get(row).bound());
    }
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.track() == Track.STABLE) {
        int now = place(listed, pod.pod());
        int before = place(pods, pod.pod());
        for (int row = 0; row < bounds.length; row++) {
          String metric = rowsNow.get(row).metric();
          Sample sample = pod.metrics().get(metric);
          double out = tick.leftOut(metric).of(i);
          double total = Series.total(sample, out, bounds[row]);
          boolean read = !Double.isNaN(total);
          boolean known = before >= 0 && row < rows;
          double bad = known ? bad(before, row) * decay : 0;
          double all = known ? all(before, row) * decay : 0;
          double more = read ? Series.bad(sample, out, bounds[row], total) : 0;
          int to = now * bounds.length + row;
          next[2 * to] = Logs.digits(bad + more, 3);
          next[2 * to + 1] = Logs.digits(all + (read ? total : 0), 3);
          nextBlock[to] = Logs.digits(nextBlock[to] + more, 3);
        }
      }
    }
    return new PodSums(
        listed,
        rowsNow.size(),
        Doubles.owning(next),
        Doubles.owning(nextBlock),
        Logs.digits((goesOn ? blockSeconds : 0) + seconds, 8));
  }

  /** Whether its block is whole: the next tick begins another. */
  boolean blockIsOver() {
    return blockSeconds >= TimeBase.UNIT - 1e-6;
  }

  /** Bad events of a pod in the current block. */
  double inBlock(int pod, int row) {
    return Doubles.of(block).at(pod * rows + row);
  }

  /** Bad events of a pod before the current block; they fade. */
  double beforeBlock(int pod, int row) {
    return Math.max(0, bad(pod, row) - inBlock(pod, row));
  }

  /**
   * The pods to leave out of a row.
   *
   * @param usual rate that is known from the past; 0: none
   */
  List<String> outlying(int row, double usual) {
    if (row >= rows || !anySuspect(row, usual)) {
      return List.of();
    }
    return places(row, usual).stream().map(pods::get).toList();
  }

  /** The same by their places. */
  private Set<Integer> places(int row, double usual) {
    double[] bad = new double[pods.size()];
    double[] all = new double[pods.size()];
    for (int i = 0; i < bad.length; i++) {
      bad[i] = bad(i, row);
      all[i] = all(i, row);
    }
    return Outliers.of(bad, all, usual);
  }

  /** Hardly ever is any, and then there is nothing to be sorted. */
  private boolean anySuspect(int row, double usual) {
    for (int i = 0; i < pods.size(); i++) {
      if (Outliers.suspect(bad(i, row), all(i, row), usual)) {
        return true;
      }
    }
    return false;
  }

  /** The same list as long as the same pods are there. */
  private List<String> listed(Tick tick) {
    int count = 0;
    boolean same = true;
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.track() == Track.STABLE) {
        count++;
        same &= place(pods, pod.pod()) >= 0;
      }
    }
    if (same && count == pods.size()) {
      return pods;
    }
    List<String> keys = new ArrayList<>(count);
    for (PodSample pod : tick.counted()) {
      if (pod.track() == Track.STABLE) {
        keys.add(key(pod.pod()));
      }
    }
    return keys.stream().distinct().sorted().toList();
  }

  private static int place(List<String> keys, String pod) {
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      if (pod.endsWith(key) && key.length() == Math.min(8, pod.length())) {
        return i;
      }
    }
    return -1;
  }

  private double bad(int pod, int row) {
    return Doubles.of(sums).at(2 * (pod * rows + row));
  }

  /** All events of a pod; they fade. */
  double all(int pod, int row) {
    return Doubles.of(sums).at(2 * (pod * rows + row) + 1);
  }
}
