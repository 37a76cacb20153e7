package dev.sluice.bench.judge;

import java.util.function.Consumer;

/** A service on an ordinary day, and what differs on others. Nothing changes once it is made. */
final class Service {
  static final Service USUAL = new Service();

  private double perSecond = 1000;
  private double errors = 0.001;
  private double burst = 1.5;
  private double podSpread = 0.1;
  private Storm storm = Storm.NONE;
  private boolean sudden = false;
  private double shockSpread = 0;
  private double missed = 0;
  private double staleSeconds = 0;
  private boolean mixed = false;
  private Swing swing = _ -> 1;
  private Answers answers = Answers.AT_ONCE;
  private Route route = Route.AT_ONCE;

  private Service() {}

  /** The same but for that. */
  private Service with(Consumer<Service> difference) {
    Service other = new Service();
    other.perSecond = perSecond;
    other.errors = errors;
    other.burst = burst;
    other.podSpread = podSpread;
    other.storm = storm;
    other.sudden = sudden;
    other.shockSpread = shockSpread;
    other.missed = missed;
    other.staleSeconds = staleSeconds;
    other.mixed = mixed;
    other.swing = swing;
    other.answers = answers;
    other.route = route;
    difference.accept(other);
    return other;
  }

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
    return with(other -> other.perSecond = requests);
  }

  Service bursts(double mean) {
    return with(other -> other.burst = mean);
  }

  Service spread(double deviation) {
    return with(other -> other.podSpread = deviation);
  }

  Service storms(int size, double share, double seconds) {
    return with(other -> other.storm = new Storm(size, share, seconds));
  }

  /** Larger bursts and storms come with the release; before it they are as on a usual day. */
  Service sudden() {
    return with(other -> other.sudden = true);
  }

  /** What befalls all pods meets some more than others. */
  Service shockedUnevenly(double deviation) {
    return with(other -> other.shockSpread = deviation);
  }

  Service misses(double share) {
    return with(other -> other.missed = share);
  }

  Service stale(double seconds) {
    return with(other -> other.staleSeconds = seconds);
  }

  Service mixing() {
    return with(other -> other.mixed = true);
  }

  Service swings(Swing factor) {
    return with(other -> other.swing = factor);
  }

  Service answersIn(double from, double to) {
    return with(other -> other.answers = new Answers(from, to));
  }

  /** As a data plane does that is told late, and whose connections leave one by one. */
  Service follows(double after, double within) {
    return with(other -> other.route = new Route(after, within));
  }

  /** Requests a second, on average. */
  double perSecond() {
    return perSecond;
  }

  /** Share of them that fails, 0..1. */
  double errors() {
    return errors;
  }

  /**
   * Mean size of a burst of errors, at least 1; sizes are geometric.
   *
   * @param seconds since the release began
   */
  double burst(double seconds) {
    return sudden && seconds <= 0 ? USUAL.burst : burst;
  }

  /** Deviation of pods against each other, in ln of the share of errors. */
  double podSpread() {
    return podSpread;
  }

  /**
   * Bursts beyond that law.
   *
   * @param seconds since the release began
   */
  Storm storm(double seconds) {
    return sudden && seconds <= 0 ? Storm.NONE : storm;
  }

  boolean isSudden() {
    return sudden;
  }

  /** Deviation of pods against each other, in ln of the errors that befall all of them. */
  double shockSpread() {
    return shockSpread;
  }

  /** Share of scrapes that fail, 0..1. */
  double missed() {
    return missed;
  }

  /** By how much stable's counters lag behind the candidate's. */
  double staleSeconds() {
    return staleSeconds;
  }

  /** Whether health checks and scrapes count as requests, and no label tells them. */
  boolean mixed() {
    return mixed;
  }

  /** Of the traffic as a release goes on, beyond what it always does. */
  Swing swing() {
    return swing;
  }

  /** How long they take where that is many ticks. */
  Answers answers() {
    return answers;
  }

  /** How it follows a weight. */
  Route route() {
    return route;
  }
}
