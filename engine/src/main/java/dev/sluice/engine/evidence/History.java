package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Stable's past, cut into blocks. */
final class History {
  private final List<Tick> ticks;

  /** Of each tick, made once where a {@link Sieve} left them. */
  private final List<List<PodSample>> pods;

  /** Oldest first; only stable's pods are looked at. */
  History(List<Tick> ticks) {
    this.ticks = ticks;
    this.pods = ticks.stream().map(tick -> List.copyOf(tick.pods())).toList();
  }

  /** Events by pod (rows, by name) and block (columns, oldest first). */
  static final class Table {
    private final double[][] bad;
    private final double[][] total;

    Table(double[][] bad, double[][] total) {
      this.bad = bad;
      this.total = total;
    }

    double[][] bad() {
      return bad;
    }

    double[][] total() {
      return total;
    }

    /** The same without some of the rows. */
    Table without(Set<Integer> rows) {
      return new Table(kept(bad, rows), kept(total, rows));
    }

    private static double[][] kept(double[][] table, Set<Integer> without) {
      return IntStream.range(0, table.length)
          .filter(i -> !without.contains(i))
          .mapToObj(i -> table[i])
          .toArray(double[][]::new);
    }
  }

  /**
   * @param seconds of a block; what is left over at the newest end is left out
   * @param read what a pod's sample says; empty: nothing of this metric
   */
  Table table(double seconds, Function<PodSample, Optional<Sample.Rate>> read) {
    List<Map<String, Sample.Rate>> blocks = new ArrayList<>();
    Map<String, Sample.Rate> block = new LinkedHashMap<>();
    double length = 0;
    for (int i = 0; i < ticks.size(); i++) {
      length += TimeBase.seconds(ticks.get(i).length());
      for (PodSample pod : pods.get(i)) {
        if (pod.track() == Track.STABLE) {
          Optional<Sample.Rate> counts = read.apply(pod);
          if (counts.isPresent()) {
            block.merge(
                pod.pod(),
                counts.get(),
                (a, b) -> new Sample.Rate(a.bad() + b.bad(), a.total() + b.total()));
          }
        }
      }
      if (length >= seconds - 1e-6) {
        blocks.add(block);
        block = new LinkedHashMap<>();
        length = 0;
      }
    }
    Map<String, Integer> rows = new TreeMap<>();
    blocks.forEach(b -> b.keySet().forEach(pod -> rows.put(pod, 0)));
    int next = 0;
    for (Map.Entry<String, Integer> row : rows.entrySet()) {
      row.setValue(next++);
    }
    double[][] bad = new double[rows.size()][blocks.size()];
    double[][] total = new double[rows.size()][blocks.size()];
    for (int j = 0; j < blocks.size(); j++) {
      for (Map.Entry<String, Sample.Rate> cell : blocks.get(j).entrySet()) {
        int i = rows.getOrDefault(cell.getKey(), 0);
        bad[i][j] = cell.getValue().bad();
        total[i][j] = cell.getValue().total();
      }
    }
    return new Table(bad, total);
  }
}
