package dev.sluice.engine.evidence;

import java.util.List;

/**
 * What each pod counted of each row in one tick, read once: all that is made of a tick is made of
 * these numbers.
 */
final class Counted {
  private final int rows;
  private final double[] bad;
  private final double[] all;

  private Counted(int pods, int rows) {
    this.rows = rows;
    this.bad = new double[pods * rows];
    this.all = new double[pods * rows];
  }

  static Counted of(List<PodSample> pods, List<MetricLedger> rows) {
    Counted counted = new Counted(pods.size(), rows.size());
    for (int row = 0; row < rows.size(); row++) {
      String metric = rows.get(row).metric();
      Double bound = rows.get(row).bound().orElse(Series.NO_BOUND);
      for (int pod = 0; pod < pods.size(); pod++) {
        Sample sample = pods.get(pod).metrics().get(metric);
        double total = sample == null ? Double.NaN : Series.total(sample, bound);
        int at = counted.at(pod, row);
        counted.all[at] = total;
        counted.bad[at] =
            sample == null || Double.isNaN(total) ? 0 : Series.bad(sample, bound, total);
      }
    }
    return counted;
  }

  /** Whether that pod tells of that row. */
  boolean has(int pod, int row) {
    return !Double.isNaN(all[at(pod, row)]);
  }

  /** Bad events; 0 where it does not tell. */
  double bad(int pod, int row) {
    return bad[at(pod, row)];
  }

  /** All events; 0 where it does not tell. */
  double all(int pod, int row) {
    return has(pod, row) ? all[at(pod, row)] : 0;
  }

  private int at(int pod, int row) {
    return pod * rows + row;
  }
}
