package dev.sluice.engine.evidence;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** TEMP */
public record Verdict(
    Optional<Harm> harm,
    Optional<String> suspicion,
    double odds,
    Optional<String> metric,
    boolean calm,
    boolean lean,
    boolean proven,
    boolean nonInferior,
    boolean enough,
    Duration observed,
    OptionalDouble upperBound,
    double hurt,
    boolean armed,
    boolean candidateSilent,
    boolean stableSilent,
    double candidateSeen) {
  public record Harm(
      String metric,
      String kind,
      double candidateRate,
      double stableRate,
      double hurt,
      String sentence) {}
}
