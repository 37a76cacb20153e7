package dev.sluice.api;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them. */
public final class Rounded {
  private static final MathContext TWO_DIGITS = new MathContext(2);

  private Rounded() {}

  /**
   * With two significant digits, however small it is: {@code 100 %}, {@code 1.9 %}, {@code 0.0089
   * %}.
   *
   * @param share 0..1
   */
  public static String percent(double share) {
    return BigDecimal.valueOf(100 * share).round(TWO_DIGITS).toPlainString() + " %";
  }
}
