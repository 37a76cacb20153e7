package dev.sluice.bench.judge;

/** Noise with a memory, AR(1): its deviation is what it has at any one time, whatever the tick. */
final class Wave {
  private final double memory;
  private final double push;
  private double value;

  /**
   * @param memory correlation over 10 s, 0..1
   * @param deviation at any one time
   * @param seconds of a tick
   */
  Wave(Dice dice, double memory, double deviation, double seconds) {
    this.memory = Math.pow(memory, seconds / 10);
    this.push = deviation * Math.sqrt(1 - this.memory * this.memory);
    this.value = dice.gaussian(deviation);
  }

  double next(Dice dice) {
    value = memory * value + dice.gaussian(push);
    return value;
  }
}
