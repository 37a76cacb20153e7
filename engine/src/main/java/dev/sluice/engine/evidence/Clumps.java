package dev.sluice.engine.evidence;

import java.util.List;

/**
 * How bad events of stable clump while a release runs: variance over mean of what its pods have in
 * blocks of 10 s, beside each other, so that what befalls all of them is none of it. A past of half
 * an hour may not have had what a service does today; then this raises the mean burst that the bets
 * are made with. It never lowers it, and the candidate is not looked at.
 *
 * <p>Each block counts by its bad events: one burst of 100 in ten minutes is then known by its own
 * size, and not lost among sixty quiet blocks.
 *
 * @param sums of each row: bad events times what was found, and bad events; they fade
 */
public record Clumps(List<Double> sums) {
  private static final double FADE = 0.98;

  /** So many bad events are as good as what is known from the past. */
  private static final double PRIOR = 30;

  /** As many events of a pod as its own rate is told from the others' by. */
  private static final double POD_PRIOR = 20;

  public Clumps {
    sums = Doubles.of(sums);
  }

  /** Nothing seen. */
  static Clumps none() {
    return new Clumps(Doubles.zeros(0));
  }

  /**
   * Variance over mean of a row's bad events.
   *
   * @param usual what is known from the past
   */
  double phi(int row, double usual) {
    Doubles known = Doubles.of(sums);
    return 2 * row >= known.size()
        ? usual
        : (known.at(2 * row) + PRIOR * usual) / (known.at(2 * row + 1) + PRIOR);
  }

  /**
   * After a tick.
   *
   * @param pods after it; where their block is not over, nothing is learned yet
   * @param usual by row: the rate that is known from the past; 0: none
   */
  Clumps fold(PodSums pods, double[] usual) {
    if (!pods.blockIsOver()) {
      return this;
    }
    double decay = TimeBase.decay(FADE, pods.blockSeconds());
    Doubles before = Doubles.of(sums);
    double[] next = new double[2 * pods.rows()];
    for (int row = 0; row < pods.rows(); row++) {
      if (2 * row < before.size()) {
        next[2 * row] = before.at(2 * row) * decay;
        next[2 * row + 1] = before.at(2 * row + 1) * decay;
      }
      Block block = new Block(pods, row, usual[row]);
      next[2 * row] = Logs.digits(next[2 * row] + block.events * block.phi(), 4);
      next[2 * row + 1] = Logs.digits(next[2 * row + 1] + block.events, 4);
    }
    return new Clumps(Doubles.owning(next));
  }

  /** One row of one block, without pods that are ill, or so new that little is known of them. */
  private static final class Block {
    private final PodSums pods;
    private final int row;
    private final boolean[] in;
    private int count;
    private double all;
    private double before;
    private double expected;
    private double events;

    Block(PodSums pods, int row, double usual) {
      this.pods = pods;
      this.row = row;
      int size = pods.pods().size();
      in = new boolean[size];
      List<String> ill = pods.outlying(row, usual);
      double mean = 0;
      for (int i = 0; i < size; i++) {
        mean += pods.all(i, row) / size;
      }
      for (int i = 0; i < size; i++) {
        in[i] = pods.all(i, row) > mean / 2 && (ill.isEmpty() || !ill.contains(pods.pods().get(i)));
        if (in[i]) {
          count++;
          all += pods.all(i, row);
          before += pods.beforeBlock(i, row);
          events += pods.inBlock(i, row);
        }
      }
      expected = before + POD_PRIOR * count;
    }

    /** Pearson's X² over its degrees of freedom; 1 where nothing can be told. */
    double phi() {
      if (count < 2 || events == 0) {
        return 1;
      }
      double squared = 0;
      for (int i = 0; i < in.length; i++) {
        if (in[i]) {
          double share =
              (pods.beforeBlock(i, row) + POD_PRIOR * count * pods.all(i, row) / all) / expected;
          double off = pods.inBlock(i, row) - events * share;
          squared += off * off / (events * share);
        }
      }
      return squared / (count - 1);
    }
  }
}
