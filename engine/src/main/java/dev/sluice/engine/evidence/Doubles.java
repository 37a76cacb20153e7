package dev.sluice.engine.evidence;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Numbers that do not change, without a box for each: thousands of ledgers are made anew each
 * second. To everybody else they are a list like any other, equal to one of the same numbers.
 */
final class Doubles extends AbstractList<Double> implements RandomAccess {
  private final double[] values;

  private Doubles(double[] values) {
    this.values = values;
  }

  /** The same numbers; the very same object where it can be. */
  static Doubles of(List<Double> numbers) {
    if (numbers instanceof Doubles doubles) {
      return doubles;
    }
    double[] values = new double[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return new Doubles(values);
  }

  /** Takes the array over: nobody may write to it any more. */
  static Doubles owning(double... values) {
    return new Doubles(values);
  }

  static Doubles zeros(int count) {
    return new Doubles(new double[count]);
  }

  double at(int index) {
    return values[index];
  }

  /** A copy that may be written to. */
  double[] copy() {
    return values.clone();
  }

  /** ln of the sum of exp of each. */
  double lnSum() {
    return Logs.sum(values);
  }

  /** ln of the mean of exp of each. */
  double lnMean() {
    return Logs.mean(values);
  }

  /** The sums with seven significant digits, as they are stored; the array is taken over. */
  Doubles plus(double[] more) {
    for (int i = 0; i < more.length; i++) {
      more[i] = Logs.digits(values[i] + more[i], 7);
    }
    return new Doubles(more);
  }

  Doubles times(double factor) {
    double[] scaled = copy();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return new Doubles(scaled);
  }

  @Override
  public Double get(int index) {
    return values[index];
  }

  @Override
  public int size() {
    return values.length;
  }
}
