package dev.sluice.engine.model;

import java.util.List;

/**
 * How a release is judged.
 *
 * @param falseAlarm probability of an unjust abort over the whole release, all metrics and looks
 *     together, 0..1
 * @param exposure what the release may cost its users before it is stopped
 * @param onInconclusive what to do when time is over and the evidence says neither yes nor no
 * @param arm whether the judge may abort on evidence alone
 * @param minimum responses that both tracks must have given in a stage before time may pass it
 */
public record Analysis(
    double falseAlarm,
    Exposure exposure,
    OnInconclusive onInconclusive,
    Arm arm,
    List<Metric> metrics,
    int minimum) {
  public Analysis {
    metrics = List.copyOf(metrics);
  }

  /** All defaults: errors and latency, false alarm 1 %, one second of all traffic. */
  public static Analysis defaults() {
    return new Analysis(
        0.01,
        new Exposure.Seconds(1),
        OnInconclusive.HOLD,
        Arm.MEASURED,
        List.of(Metric.errors(), Metric.latency()),
        30);
  }

  public Analysis withArm(Arm other) {
    return new Analysis(falseAlarm, exposure, onInconclusive, other, metrics, minimum);
  }

  public Analysis withMetrics(List<Metric> others) {
    return new Analysis(falseAlarm, exposure, onInconclusive, arm, others, minimum);
  }

  public Analysis withMinimum(int responses) {
    return new Analysis(falseAlarm, exposure, onInconclusive, arm, metrics, responses);
  }

  /**
   * Whether the gateway is the only witness that is asked for: pods are not expected to show
   * anything then, and what it counts stands for what they answered.
   */
  public boolean byTheGatewayAlone() {
    return metrics.size() == 1 && metrics.getFirst().name().equals(Metric.EDGE_ERRORS);
  }

  /** The budget of failures. */
  public sealed interface Exposure {
    /**
     * Failures that a release may cost.
     *
     * @param perSecond requests of all traffic, a second
     */
    default double failures(double perSecond) {
      return switch (this) {
        case Requests requests -> requests.count();
        case Seconds seconds -> seconds.seconds() * perSecond;
      };
    }

    /** That many failed requests. */
    record Requests(double count) implements Exposure {}

    /** As many failed requests as all traffic of that many seconds. */
    record Seconds(double seconds) implements Exposure {}
  }

  public enum OnInconclusive {
    HOLD,
    ABORT,
    PROCEED
  }

  public enum Arm {
    /** Only where the measured false-alarm rate is known to be under {@link #falseAlarm()}. */
    MEASURED,
    /** The user answers for it. */
    ALWAYS,
    NEVER
  }
}
