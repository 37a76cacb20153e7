package dev.sluice.watch;

import java.time.Duration;

/** Figures as people read them. */
final class Words {
  private Words() {}

  static String percent(int perMille) {
    return perMille % 10 == 0 ? perMille / 10 + "%" : perMille / 10 + "." + perMille % 10 + "%";
  }

  static String of(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000.0 + " s";
  }
}
