package dev.sluice.engine.decide;

import java.time.Duration;

/** Quantities as people say them. */
final class Words {
  private Words() {}

  static String duration(Duration d) {
    if (d.toHours() > 0) {
      return d.toHours() + " h" + (d.toMinutesPart() > 0 ? " " + d.toMinutesPart() + " min" : "");
    }
    if (d.toMinutes() > 0) {
      return d.toMinutes() + " min" + (d.toSecondsPart() > 0 ? " " + d.toSecondsPart() + " s" : "");
    }
    return d.toMillisPart() >= 100 && d.toSeconds() < 10
        ? d.toSeconds() + "." + d.toMillisPart() / 100 + " s"
        : d.toSeconds() + " s";
  }
}
