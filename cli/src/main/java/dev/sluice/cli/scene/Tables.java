package dev.sluice.cli.scene;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.sluice.api.Rounded;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.operator.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Policies and releases as people read them, a line each. */
public final class Tables {
  private Tables() {}

  /**
   * @param namespaces whether they may be of several
   * @param wide whether it is also told what their judges have shown on placebo
   */
  public static String policies(List<PolicyView> all, boolean namespaces, boolean wide) {
    List<String> titles =
        new ArrayList<>(
            List.of("POLICY", "RELEASE", "PHASE", "STAGE", "WEIGHT", "ODDS", "HURT", "JUDGE"));
    if (wide) {
      titles.addAll(List.of("ALARMS", "FALSE ALARMS", "SINCE", "MISSING"));
    }
    titles.add("WHY");
    Columns columns = new Columns(head(namespaces, titles));
    for (PolicyView v : all) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  v.name(),
                  v.release().orElse(Columns.NOTHING),
                  phase(v.phase(), v.condition()),
                  v.stage().orElse(Columns.NOTHING),
                  v.weight(),
                  odds(v.odds()),
                  hurt(v.hurt()),
                  v.judge().orElse(Columns.NOTHING)));
      if (wide) {
        cells.addAll(shown(v.shown()));
      }
      cells.add(v.why());
      columns.add(row(namespaces, v.namespace(), cells));
    }
    return columns.toString();
  }

  /** Alarms of the placebo releases, the rate that follows, since when, what is missing. */
  private static List<String> shown(Optional<Shown> shown) {
    if (shown.isEmpty()) {
      return Collections.nCopies(4, Columns.NOTHING);
    }
    Arming arming = shown.get().arming();
    return List.of(
        "%d of %d".formatted(arming.alarms(), arming.slots()),
        arming.slots() == 0 ? Columns.NOTHING : "< " + Rounded.percent(arming.upperBound()),
        shown.get().since().map(s -> s.truncatedTo(SECONDS).toString()).orElse(Columns.NOTHING),
        "" + arming.missing(shown.get().falseAlarm()));
  }

  /**
   * @param namespaces whether they may be of several
   */
  public static String releases(List<ReleaseView> all, boolean namespaces) {
    Columns columns =
        new Columns(
            head(
                namespaces,
                List.of("RELEASE", "POLICY", "PHASE", "STAGE", "WEIGHT", "ODDS", "HURT", "WHY")));
    for (ReleaseView v : all) {
      columns.add(
          row(
              namespaces,
              v.namespace(),
              List.of(
                  v.name(),
                  v.policy(),
                  phase(v.phase(), v.condition()),
                  v.stage().orElse(Columns.NOTHING),
                  v.weight(),
                  odds(v.odds()),
                  hurt(v.hurt()),
                  v.why())));
    }
    return columns.toString();
  }

  /** What became of the releases, and what it took. */
  public static String history(List<ReleaseView> all, Instant now) {
    Columns columns =
        new Columns(List.of("RELEASE", "OUTCOME", "BEGAN", "TOOK", "HURT", "ODDS", "WHY"));
    for (ReleaseView v : all) {
      columns.add(
          List.of(
              v.name(),
              v.hasEnded() ? phase(v.phase(), Optional.empty()) : "runs",
              v.began().map(b -> b.truncatedTo(SECONDS).toString()).orElse("–"),
              v.began().map(b -> took(b, v.ended().orElse(now))).orElse("–"),
              hurt(v.hurt()),
              odds(v.odds()),
              v.why()));
    }
    return columns.toString();
  }

  private static String took(Instant from, Instant to) {
    Duration took = Duration.between(from, to);
    return took.isNegative() ? "–" : ShortDuration.format(Duration.ofSeconds(took.toSeconds()));
  }

  private static List<String> head(boolean namespaces, List<String> titles) {
    List<String> head = new ArrayList<>();
    if (namespaces) {
      head.add("NAMESPACE");
    }
    head.addAll(titles);
    return head;
  }

  private static List<String> row(
      boolean namespaces, Optional<String> namespace, List<String> cells) {
    List<String> row = new ArrayList<>();
    if (namespaces) {
      row.add(namespace.orElse(Columns.NOTHING));
    }
    row.addAll(cells);
    return row;
  }

  /** How it stands within its phase is worth a word while it runs. */
  private static String phase(Optional<Phase> phase, Optional<Condition> condition) {
    String word = phase.map(Words::of).orElse(Columns.NOTHING);
    return condition
        .filter(c -> c != Condition.MOVING)
        .filter(c -> phase.filter(Phase::ended).isEmpty())
        .map(c -> word + " (" + Words.of(c).toLowerCase(Locale.ROOT) + ")")
        .orElse(word);
  }

  private static String odds(OptionalDouble odds) {
    return odds.isPresent()
        ? String.format(Locale.ROOT, odds.getAsDouble() < 1e6 ? "%.1f" : "%.0e", odds.getAsDouble())
        : Columns.NOTHING;
  }

  private static String hurt(OptionalDouble hurt) {
    return hurt.isPresent()
        ? String.format(Locale.ROOT, "%.0f", hurt.getAsDouble())
        : Columns.NOTHING;
  }
}
