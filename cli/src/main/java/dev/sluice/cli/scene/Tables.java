package dev.sluice.cli.scene;

import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Policies and releases as people read them, a line each. */
public final class Tables {
  private Tables() {}

  /**
   * @param namespaces whether they may be of several
   */
  public static String policies(List<PolicyView> all, boolean namespaces) {
    Columns columns =
        new Columns(
            head(
                namespaces,
                "POLICY",
                "RELEASE",
                "PHASE",
                "STAGE",
                "WEIGHT",
                "ODDS",
                "HURT",
                "JUDGE",
                "WHY"));
    for (PolicyView v : all) {
      columns.add(
          row(
              namespaces,
              v.namespace(),
              v.name(),
              v.release().orElse(Columns.NOTHING),
              phase(v.phase(), v.condition()),
              v.stage().orElse(Columns.NOTHING),
              v.weight(),
              odds(v.odds()),
              hurt(v.hurt()),
              v.judge().orElse(Columns.NOTHING),
              v.why()));
    }
    return columns.toString();
  }

  /**
   * @param namespaces whether they may be of several
   */
  public static String releases(List<ReleaseView> all, boolean namespaces) {
    Columns columns =
        new Columns(
            head(
                namespaces,
                "RELEASE",
                "POLICY",
                "PHASE",
                "STAGE",
                "WEIGHT",
                "ODDS",
                "HURT",
                "WHY"));
    for (ReleaseView v : all) {
      columns.add(
          row(
              namespaces,
              v.namespace(),
              v.name(),
              v.policy(),
              phase(v.phase(), v.condition()),
              v.stage().orElse(Columns.NOTHING),
              v.weight(),
              odds(v.odds()),
              hurt(v.hurt()),
              v.why()));
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
              v.began().map(b -> b.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("–"),
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

  private static List<String> head(boolean namespaces, String... titles) {
    List<String> head = new ArrayList<>();
    if (namespaces) {
      head.add("NAMESPACE");
    }
    head.addAll(List.of(titles));
    return head;
  }

  private static List<String> row(boolean namespaces, Optional<String> namespace, String... cells) {
    List<String> row = new ArrayList<>();
    if (namespaces) {
      row.add(namespace.orElse(Columns.NOTHING));
    }
    row.addAll(List.of(cells));
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
