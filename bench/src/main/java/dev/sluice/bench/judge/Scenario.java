package dev.sluice.bench.judge;

import dev.sluice.engine.model.Metric;
import java.time.Duration;
import java.util.List;

/**
 * A day and a candidate.
 *
 * @param name short, of words and dashes
 * @param twin the good scenario of the same day; its own name where the candidate is good
 * @param known whether stable's last half hour is known, and the judge was shown on placebo
 * @param levels whether processor time and memory are judged, too; then no rival is asked, for they
 *     have no rule of such
 * @param edge whether a gateway counts what it sent, too
 * @param ladder weights in percent before all of it
 * @param soak minutes at the last of them
 * @param minimum responses that both versions must have given before time may pass a stage
 * @param warmUp the age from which the policy has pods compared in latency
 * @param both what befalls every pod while the release runs
 * @param stable what befalls stable's pods beside that, before it too
 * @param candidate what befalls the candidate's beside that
 */
record Scenario(
    String name,
    String twin,
    Service service,
    boolean known,
    boolean levels,
    boolean edge,
    List<Integer> ladder,
    int soak,
    int minimum,
    Duration warmUp,
    Fate both,
    Fate stable,
    Fate candidate) {
  private static final List<Integer> LADDER = List.of(1, 5, 20, 50);
  private static final Duration USUAL = Metric.latency().warmUp();

  static Scenario good(String name, Service service) {
    return new Scenario(
        name, name, service, true, false, false, LADDER, 15, 30, USUAL, Fate.NONE, Fate.NONE,
        Fate.NONE);
  }

  Scenario bad(String name, Fate fate) {
    return new Scenario(
        name, this.name, service, known, levels, edge, ladder, soak, minimum, warmUp, both, stable,
        fate);
  }

  /** Good, too: what the candidate does is tolerated, or is what any new pod does. */
  Scenario harmless(Fate fate) {
    return new Scenario(
        name, twin, service, known, levels, edge, ladder, soak, minimum, warmUp, both, stable,
        fate);
  }

  Scenario both(Fate fate) {
    return new Scenario(
        name, twin, service, known, levels, edge, ladder, soak, minimum, warmUp, fate, stable,
        candidate);
  }

  Scenario stable(Fate fate) {
    return new Scenario(
        name, twin, service, known, levels, edge, ladder, soak, minimum, warmUp, both, fate,
        candidate);
  }

  Scenario unknown() {
    return new Scenario(
        name, twin, service, false, levels, edge, ladder, soak, minimum, warmUp, both, stable,
        candidate);
  }

  Scenario counted() {
    return new Scenario(
        name, twin, service, known, levels, true, ladder, soak, minimum, warmUp, both, stable,
        candidate);
  }

  Scenario withLevels() {
    return new Scenario(
        name, twin, service, known, true, edge, ladder, soak, minimum, warmUp, both, stable,
        candidate);
  }

  Scenario soaked(int minutes) {
    return new Scenario(
        name, twin, service, known, levels, edge, ladder, minutes, minimum, warmUp, both, stable,
        candidate);
  }

  /** Its policy says that new pods are slow for so long. */
  Scenario warmAfter(Duration age) {
    return new Scenario(
        name, twin, service, known, levels, edge, ladder, soak, minimum, age, both, stable,
        candidate);
  }

  /** As a team with little traffic would set it. */
  Scenario few() {
    return climbing(List.of(20, 50), 1);
  }

  /** All users go to the candidate at once, and stable has none while it is judged. */
  Scenario flipped() {
    return climbing(List.of(100), minimum);
  }

  private Scenario climbing(List<Integer> weights, int responses) {
    return new Scenario(
        name, twin, service, known, levels, edge, weights, soak, responses, warmUp, both, stable,
        candidate);
  }

  /** Whether nobody is left with stable while the candidate is judged. */
  boolean flips() {
    return ladder.equals(List.of(100));
  }

  boolean good() {
    return name.equals(twin);
  }
}
