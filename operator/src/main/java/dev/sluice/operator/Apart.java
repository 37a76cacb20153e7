package dev.sluice.operator;

import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Quiet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is kept apart from users' requests where no label does it.
 *
 * @param judged what the judge of the release that runs takes out, or that of the last one did
 * @param heard what the pods of releases since then counted before users could reach them: the next
 *     judge's
 * @param mixed metrics in which health checks and scrapes count as requests, at the last reading
 */
public record Apart(Background judged, Quiet heard, Set<String> mixed) {
  public Apart {
    mixed = Set.copyOf(mixed);
  }

  /** Nothing was heard yet. */
  static Apart nothing() {
    return new Apart(Background.none(), Quiet.nothing(), Set.of());
  }

  /** What a judge that begins now takes out. */
  Background next() {
    return heard.learned(judged);
  }

  /** One begins. */
  Apart begun() {
    return new Apart(next(), heard.unlearned(), mixed);
  }

  /** After a reading. */
  Apart read(Quiet more, Collection<Set<String>> mixedNow) {
    Set<String> all = new TreeSet<>();
    mixedNow.forEach(all::addAll);
    return new Apart(judged, more, all);
  }

  /**
   * For people: what is known, and what is not, a sentence for each metric.
   *
   * @param tick how long it is from one reading to the next in a release
   */
  public List<String> sentences(Duration tick) {
    return Stream.concat(known(tick).stream(), unknown().stream()).toList();
  }

  List<String> known(Duration tick) {
    double seconds = tick.toMillis() / 1000.0;
    List<String> known = new ArrayList<>();
    for (String metric : new TreeSet<>(mixed)) {
      Background.Part part = judged.parts().get(metric);
      if (part == null) {
        continue;
      }
      known.add(
          part.implausible()
              ? text(
                  "%s: pods that no user could reach answered %.1f requests a second each, more"
                      + " than health checks and scrapes are; somebody else calls them, and nothing"
                      + " is taken out.",
                  metric, part.seen())
              : text(
                  "%s: about %.2g requests a second of each pod are health checks and scrapes that"
                      + " no label tells; they are not counted.",
                  metric, part.in(seconds) / seconds));
    }
    return known;
  }

  List<String> unknown() {
    return new TreeSet<>(mixed)
        .stream()
            .filter(metric -> !judged.parts().containsKey(metric))
            .map(
                metric ->
                    text(
                        "It cannot tell health checks and scrapes from users' requests in %s, for"
                            + " no label does, and how many they are is not known before pods of a"
                            + " release were read for ten seconds without users: up to %.0f a second"
                            + " of each pod count as good requests.",
                        metric, Background.PLAUSIBLE))
            .toList();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
