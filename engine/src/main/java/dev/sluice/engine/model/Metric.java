package dev.sluice.engine.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One continuously judged quantity.
 *
 * @param name as the policy names it
 * @param kind what of it is compared
 * @param tolerance what is not yet harm
 * @param slowerThan for latency: the bound beyond which a request counts as bad; absent: it is
 *     chosen from stable's history
 * @param slowest for latency without a bound: the share of requests that is beyond the one that is
 *     chosen, 0..1; absent: two are chosen, for 1 % and for 5 %
 * @param allowed a share of bad events that is no harm however few stable has, 0..1; absent: none
 * @param warmUp the age from which a pod of the candidate is compared in it; of a level, one of
 *     stable too. Bad events of young pods always count
 * @param counting how its events are counted, in short, where the policy says so itself: with
 *     another text it is another metric, whatever its name; empty: by the usual names
 */
public record Metric(
    String name,
    Kind kind,
    Tolerance tolerance,
    Optional<Duration> slowerThan,
    OptionalDouble slowest,
    OptionalDouble allowed,
    Duration warmUp,
    String counting) {
  /** The name of the metric that a gateway's own counters are judged as, where there are some. */
  public static final String EDGE_ERRORS = "edge-errors";

  /** Counted by the usual names, of pods as old as is usual for its kind. */
  public Metric(
      String name,
      Kind kind,
      Tolerance tolerance,
      Optional<Duration> slowerThan,
      OptionalDouble slowest,
      OptionalDouble allowed) {
    this(name, kind, tolerance, slowerThan, slowest, allowed, kind.warmUp(), "");
  }

  /** Without an objective. */
  public Metric(String name, Kind kind, Tolerance tolerance, Optional<Duration> slowerThan) {
    this(name, kind, tolerance, slowerThan, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** The same, by other series or pages. */
  public Metric countedBy(String other) {
    return new Metric(name, kind, tolerance, slowerThan, slowest, allowed, warmUp, other);
  }

  /** The same, of pods that take as long to get warm. */
  public Metric warmAfter(Duration age) {
    return new Metric(name, kind, tolerance, slowerThan, slowest, allowed, age, counting);
  }

  /** Of a latency metric, how many bounds it is judged at. */
  public int bounds() {
    return slowerThan.isPresent() || slowest.isPresent() ? 1 : 2;
  }

  public enum Kind {
    /** Bad events out of all events: errors, failed orders. */
    RATE(Duration.ZERO),
    /** Requests slower than a bound out of all requests. */
    LATENCY(Duration.ofMinutes(1)),
    /** Bad events out of seconds: containers that restarted, out of the time that pods lived. */
    EVENTS(Duration.ZERO),
    /** A level, or one sum out of another: the busy part of a pool, CPU seconds of a request. */
    GAUGE(Duration.ofMinutes(5)),
    /**
     * How fast a level grows: memory that is not given back. Caches and pools fill for longer than
     * code is compiled.
     */
    SLOPE(Duration.ofMinutes(10));

    private final Duration warmUp;

    Kind(Duration warmUp) {
      this.warmUp = warmUp;
    }

    /** The age at which a pod usually is not slow, or growing, just because it is young. */
    public Duration warmUp() {
      return warmUp;
    }

    /** Whether a young pod shows it otherwise than an old one of the same version. */
    public boolean warmsUp() {
      return !warmUp.isZero();
    }

    /** Whether it is a mean of something, and no count of bad events. */
    public boolean isLevel() {
      return this == GAUGE || this == SLOPE;
    }

    /** Whether what is counted are requests, or what else users ask for. */
    public boolean countsRequests() {
      return this == RATE || this == LATENCY;
    }
  }

  /**
   * Harm is: candidate's rate above {@code factor} × stable's rate + {@code points}. Of a slope:
   * the candidate's level grows by more than {@code factor} in a minute where stable's stays.
   *
   * @param factor at least 1
   * @param points a share of requests, 0..1; of events, so many a second; of a level, in its unit
   */
  public record Tolerance(double factor, double points) {}

  /** The defaults of the errors preset. */
  public static Metric errors() {
    return new Metric("errors", Kind.RATE, new Tolerance(1.10, 5e-5), Optional.empty());
  }

  /** The defaults of the edge-errors preset. */
  public static Metric edgeErrors() {
    return new Metric(EDGE_ERRORS, Kind.RATE, errors().tolerance(), Optional.empty());
  }

  /** The defaults of the latency preset. */
  public static Metric latency() {
    return new Metric("latency", Kind.LATENCY, new Tolerance(1.15, 5e-4), Optional.empty());
  }

  /** The defaults of the cpu preset: processor time of a request. */
  public static Metric cpu() {
    return new Metric("cpu", Kind.GAUGE, new Tolerance(1.2, 0), Optional.empty());
  }

  /** The defaults of the memory preset: how fast what is held grows. */
  public static Metric memory() {
    return new Metric("memory", Kind.SLOPE, new Tolerance(1.02, 0), Optional.empty());
  }

  /** The defaults of the saturation preset: the busy part of a pod's fullest pool. */
  public static Metric saturation() {
    return new Metric("saturation", Kind.GAUGE, new Tolerance(1.25, 0.05), Optional.empty());
  }

  /** The defaults of the restarts preset: restarts in a second of a pod. */
  public static Metric restarts() {
    return new Metric("restarts", Kind.EVENTS, new Tolerance(1.1, 1e-4), Optional.empty());
  }
}
