package dev.sluice.cli.plan;

/**
 * By what a release is judged.
 *
 * @param today who counted today's traffic
 * @param noGateway why no gateway's counters are judged, where none are: half a sentence
 */
public record Counters(String today, String noGateway) {
  /** Where nobody looks who has some. */
  public static final String NONE_NAMED = "no gateway's counters are named (--gateway-metrics)";
}
