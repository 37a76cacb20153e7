package dev.sluice.bench.judge;

/** What befalls a pod as time goes on, beyond the usual noise. */
interface Fate {
  /** Nothing. */
  Fate NONE = (_, _, _) -> Now.USUAL;

  /**
   * @param seconds since the release began
   * @param age of the pod in seconds
   * @param pod its number among those of its version, from 0
   */
  Now at(double seconds, double age, int pod);

  /**
   * How it is at one moment.
   *
   * @param factor on the share of errors
   * @param points added to the share of errors, 0..1
   * @param slowdown factor on every latency
   * @param lost share of the requests sent to it that it never sees, 0..1
   * @param cpu factor on the processor time of a request
   * @param memory factor on what it holds
   */
  record Now(
      double factor, double points, double slowdown, double lost, double cpu, double memory) {
    static final Now USUAL = new Now(1, 0, 1, 0);

    Now(double factor, double points, double slowdown, double lost) {
      this(factor, points, slowdown, lost, 1, 1);
    }

    static Now takes(double cpu, double memory) {
      return new Now(1, 0, 1, 0, cpu, memory);
    }

    static Now errors(double points) {
      return new Now(1, points, 1, 0);
    }

    static Now moreErrors(double factor) {
      return new Now(factor, 0, 1, 0);
    }

    static Now slower(double slowdown) {
      return new Now(1, 0, slowdown, 0);
    }

    static Now loses(double lost) {
      return new Now(1, 0, 1, lost);
    }
  }
}
