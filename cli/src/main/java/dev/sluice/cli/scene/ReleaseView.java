package dev.sluice.cli.scene;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A release at a glance.
 *
 * @param policy that it belongs to
 * @param phase empty: a word of a newer version
 * @param weight share of ordinary requests that the candidate was last asked to get
 * @param why for people
 * @param ended empty: it has not
 * @param decisions that are remembered, oldest first
 * @param object what programs get
 */
public record ReleaseView(
    Optional<String> namespace,
    String policy,
    String name,
    Optional<Phase> phase,
    Optional<Condition> condition,
    Optional<String> stage,
    String weight,
    OptionalDouble odds,
    OptionalDouble hurt,
    String why,
    Optional<Instant> began,
    Optional<Instant> ended,
    List<Decided> decisions,
    Object object) {
  public ReleaseView {
    decisions = List.copyOf(decisions);
  }

  /**
   * As its decisions tell it.
   *
   * @param decisions of that release alone, at least one, oldest first
   */
  public static ReleaseView of(
      Optional<String> namespace,
      String policy,
      String name,
      List<Decided> decisions,
      Object object) {
    Decided last = decisions.getLast();
    return new ReleaseView(
        namespace,
        policy,
        name,
        last.phase(),
        Optional.of(last.condition()),
        last.stage(),
        last.weight().toString(),
        OptionalDouble.of(last.odds()),
        OptionalDouble.of(last.hurt()),
        last.sentence(),
        Optional.of(decisions.getFirst().at()),
        last.phase().filter(Phase::ended).map(_ -> last.at()),
        decisions,
        object);
  }

  boolean hasEnded() {
    return phase.filter(Phase::ended).isPresent();
  }
}
