package dev.sluice.cli.cluster;

/** Whether the operator reads what a gateway counts, as far as can be seen. */
public sealed interface GatewaySeen {
  /**
   * It was told where.
   *
   * @param pages how many
   */
  record Told(int pages) implements GatewaySeen {}

  /** A person says that it was. */
  record Said() implements GatewaySeen {}

  /** It was not. */
  record NotTold() implements GatewaySeen {}

  /**
   * @param why that was not seen, to be put into brackets
   */
  record Unknown(String why) implements GatewaySeen {}
}
