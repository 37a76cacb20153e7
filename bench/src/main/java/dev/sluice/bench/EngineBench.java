package dev.sluice.bench;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.sim.Scene;
import dev.sluice.engine.sim.Specs;
import dev.sluice.engine.sim.Verdicts;
import java.time.Duration;

/**
 * Whole releases of five stages on a virtual clock, from the change of the template to the
 * hand-over, with every invariant asserted on the way. Prints the time of 10,000 of them and the
 * time of one pass.
 */
public final class EngineBench {
  private static final int RELEASES = 10_000;
  private static final int ROUNDS = 7;

  private EngineBench() {}

  public static void main(String[] args) {
    Spec spec = Specs.canary(1, 5, 20, 50, 100);
    double[] seconds = new double[ROUNDS];
    long passes = 0;
    for (int round = -1; round < ROUNDS; round++) {
      long from = System.nanoTime();
      passes = 0;
      for (int i = 0; i < RELEASES; i++) {
        passes += release(spec);
      }
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - from) / 1e9;
      }
    }
    double median = Quantile.of(seconds, 0.5);
    System.out.printf(
        "%,d releases of five stages: median %.2f s of %d rounds (%.2f to %.2f)%n",
        RELEASES, median, ROUNDS, Quantile.of(seconds, 0), Quantile.of(seconds, 1));
    System.out.printf(
        "one pass (decide, sequence, the model of the platform, the asserted invariants): %.2f µs"
            + " (%,d passes)%n",
        median / passes * 1e6, passes);
  }

  private static int release(Spec spec) {
    Scene scene = Scene.of(spec).template("t2");
    int passes = 0;
    while (scene.phase() != Phase.SUCCEEDED) {
      scene.pass(Verdicts.PROVEN).passes(Duration.ofSeconds(2)).forget();
      passes++;
    }
    return passes;
  }
}
