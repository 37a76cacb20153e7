package dev.sluice.bench.judge;

/**
 * A service on an ordinary day.
 *
 * @param perSecond requests a second, on average
 * @param errors share of them that fails, 0..1
 * @param burst mean size of a burst of errors, at least 1; sizes are geometric
 * @param podSpread deviation of pods against each other, in ln of the share of errors
 * @param storm bursts beyond that law
 * @param missed share of scrapes that fail, 0..1
 * @param staleSeconds by how much stable's counters lag behind the candidate's
 * @param mixed whether health checks and scrapes count as requests, and no label tells them
 * @param swing of the traffic as a release goes on, beyond what it always does
 * @param answers how long they take where that is many ticks
 * @param route how it follows a weight
 */
record Service(
    double perSecond,
    double errors,
    double burst,
    double podSpread,
    Storm storm,
    double missed,
    double staleSeconds,
    boolean mixed,
    Swing swing,
    Answers answers,
    Route route) {
  static final Service USUAL =
      new Service(
          1000, 0.001, 1.5, 0.1, Storm.NONE, 0, 0, false, _ -> 1, Answers.AT_ONCE, Route.AT_ONCE);

  /**
   * Some bursts are far larger than the geometric law has them.
   *
   * @param size requests that fail in one
   * @param share of all bursts that are such, 0..1
   * @param seconds over which one is smeared
   */
  record Storm(int size, double share, double seconds) {
    static final Storm NONE = new Storm(0, 0, 0);
  }

  /** A factor on the traffic. */
  interface Swing {
    /**
     * @param seconds since the release began
     */
    double at(double seconds);
  }

  /**
   * Each takes from so many seconds to so many, any of them alike.
   *
   * @param to 0: they come in the tick of their request
   */
  record Answers(double from, double to) {
    static final Answers AT_ONCE = new Answers(0, 0);
  }

  /**
   * A weight is served so many seconds after it was asked for.
   *
   * @param within seconds in which all but a third of the rest has moved then; 0: all at once
   */
  record Route(double after, double within) {
    static final Route AT_ONCE = new Route(0, 0);
  }

  Service at(double requests) {
    return new Service(
        requests,
        errors,
        burst,
        podSpread,
        storm,
        missed,
        staleSeconds,
        mixed,
        swing,
        answers,
        route);
  }

  Service bursts(double mean) {
    return new Service(
        perSecond,
        errors,
        mean,
        podSpread,
        storm,
        missed,
        staleSeconds,
        mixed,
        swing,
        answers,
        route);
  }

  Service spread(double deviation) {
    return new Service(
        perSecond,
        errors,
        burst,
        deviation,
        storm,
        missed,
        staleSeconds,
        mixed,
        swing,
        answers,
        route);
  }

  Service storms(int size, double share, double seconds) {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        new Storm(size, share, seconds),
        missed,
        staleSeconds,
        mixed,
        swing,
        answers,
        route);
  }

  Service misses(double share) {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        storm,
        share,
        staleSeconds,
        mixed,
        swing,
        answers,
        route);
  }

  Service stale(double seconds) {
    return new Service(
        perSecond, errors, burst, podSpread, storm, missed, seconds, mixed, swing, answers, route);
  }

  Service mixing() {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        storm,
        missed,
        staleSeconds,
        true,
        swing,
        answers,
        route);
  }

  Service swings(Swing factor) {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        storm,
        missed,
        staleSeconds,
        mixed,
        factor,
        answers,
        route);
  }

  Service answersIn(double from, double to) {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        storm,
        missed,
        staleSeconds,
        mixed,
        swing,
        new Answers(from, to),
        route);
  }

  /** As a data plane does that is told late, and whose connections leave one by one. */
  Service follows(double after, double within) {
    return new Service(
        perSecond,
        errors,
        burst,
        podSpread,
        storm,
        missed,
        staleSeconds,
        mixed,
        swing,
        answers,
        new Route(after, within));
  }
}
