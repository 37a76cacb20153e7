package dev.sluice.engine.evidence;

/** One test of the combined evidence. */
sealed interface Row permits MetricLedger, GaugeLedger {
  /** Name of the metric. */
  String metric();

  /** Its part of the combined evidence, 0..1. */
  double weight();

  /** ln of its evidence of harm, as it counts: not above 0 while the effect is too small. */
  double ln(Judge judge);
}
