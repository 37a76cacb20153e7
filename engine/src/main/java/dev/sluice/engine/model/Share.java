package dev.sluice.engine.model;

/**
 * A share of traffic in steps of 0.1 %, the finest that data planes split by.
 *
 * @param perMille 0 (none) to 1000 (all)
 */
public record Share(int perMille) implements Comparable<Share> {
  public static final Share NONE = new Share(0);
  public static final Share ALL = new Share(1000);

  public Share {
    if (perMille < 0 || perMille > 1000) {
      throw new IllegalArgumentException("a share is 0 to 1000 per mille, not " + perMille);
    }
  }

  /** Whole percents, 0 to 100. */
  public static Share percent(int percent) {
    return new Share(percent * 10);
  }

  /** As a fraction, 0..1. */
  public double fraction() {
    return perMille / 1000.0;
  }

  public Share minus(Share other) {
    return new Share(Math.max(0, perMille - other.perMille));
  }

  public boolean isNone() {
    return perMille == 0;
  }

  public boolean isAll() {
    return perMille == 1000;
  }

  @Override
  public int compareTo(Share other) {
    return Integer.compare(perMille, other.perMille);
  }

  /** As a person writes it: {@code 5%}, {@code 0.5%}. */
  @Override
  public String toString() {
    return perMille % 10 == 0 ? perMille / 10 + "%" : perMille / 10 + "." + perMille % 10 + "%";
  }
}
