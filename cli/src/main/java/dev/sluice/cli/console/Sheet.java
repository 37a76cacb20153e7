package dev.sluice.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.Rounded;
import dev.sluice.cli.scene.Explanation;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.operator.Shown;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One policy, as {@code sluice explain} explains it, with what is drawn beside its points.
 *
 * @param id as in the list
 * @param why it stands where it stands; all that is known of one that cannot be followed
 * @param explanation empty: it cannot be followed
 * @param commands that a person can give now, in a terminal
 * @param charts what the drawings show, in words; empty: nothing was released
 * @param judge what it has shown on placebo
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Sheet(
    String id,
    String why,
    Optional<Explanation> explanation,
    List<String> commands,
    Optional<Charts> charts,
    Optional<Judge> judge) {
  private static final int LETTERS = 1000;
  private static final int LINES = 40;

  /**
   * Lines in the charts, and what whoever does not see them reads.
   *
   * @param limit odds from which it is harm
   * @param budget failures that the release may cost; 0: not known
   */
  record Charts(
      double limit,
      double budget,
      String weightSays,
      String oddsSays,
      String hurtSays,
      String boundSays) {}

  /**
   * How far the judge is.
   *
   * @param played placebo releases so far
   * @param needed of them in all, if no more alarm is raised
   * @param measured share of them that raised an alarm, 0..1
   * @param atMost the rate of false alarms is below this with 95 % confidence, 0..1
   * @param promised rate of false alarms that the policy asks for
   * @param arms below twice the promise it is armed, 0..1
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Judge(
      boolean armed,
      int played,
      int needed,
      double measured,
      double atMost,
      double promised,
      double arms,
      Optional<Instant> since,
      String says) {}

  /**
   * @param flags that a command needs to mean this place
   */
  static Sheet of(Glance glance, Optional<Curve> curve, String flags) {
    PolicyView view = glance.view();
    Optional<Explanation> explanation = glance.standing().map(Explanation::of).map(Sheet::bounded);
    return new Sheet(
        Board.id(view),
        Board.cut(explanation.map(Explanation::why).orElse(view.why()), LETTERS),
        explanation,
        explanation.map(e -> e.commands(view.name() + " " + flags)).orElse(List.of()),
        glance.standing().flatMap(s -> curve.map(c -> charts(c, s))),
        glance.standing().map(s -> judge(s, explanation.flatMap(Explanation::judge).orElse(""))));
  }

  private static Charts charts(Curve curve, Standing standing) {
    String release = curve.release();
    double limit = standing.limit();
    if (curve.points().isEmpty()) {
      String nothing = "Nothing was seen of %s yet.".formatted(release);
      return new Charts(limit, curve.budget(), nothing, nothing, nothing, nothing);
    }
    Point last = curve.points().getLast();
    double mostWeight = curve.points().stream().mapToDouble(Point::weight).max().orElse(0);
    double mostOdds = curve.points().stream().mapToDouble(Point::odds).max().orElse(1);
    return new Charts(
        limit,
        curve.budget(),
        text(
            "The weight of %s is %s %%; it was %s %% at most.",
            release, plain(last.weight()), plain(mostWeight)),
        text(
            "The odds that %s harms are %s; they were %s at most. At %.0f to 1 it %s.",
            release, Board.odds(last.odds()), Board.odds(mostOdds), limit, standing.atLimit()),
        text("About %.0f requests were hurt by %s so far", last.hurt(), release)
            + (curve.budget() > 0 ? text("; it may cost %.0f.", curve.budget()) : "."),
        bound(curve, standing));
  }

  private static String bound(Curve curve, Standing standing) {
    if (standing.saved().memory().running().isPresent()) {
      return standing.atMost();
    }
    return curve.points().stream()
        .map(Point::bound)
        .filter(OptionalDouble::isPresent)
        .reduce((_, later) -> later)
        .map(
            last ->
                text(
                    "With 95 %% confidence it failed at most %s of its requests beyond what stable"
                        + " would have, as far as it was seen.",
                    Rounded.percent(last.getAsDouble() / 100)))
        .orElse("How much worse it was at most is not known.");
  }

  private static Judge judge(Standing standing, String says) {
    Shown shown = standing.saved().shown();
    Arming arming = shown.arming();
    int slots = arming.slots();
    return new Judge(
        shown.armed(),
        slots,
        slots + arming.missing(shown.falseAlarm()),
        slots == 0 ? 0 : (double) arming.alarms() / slots,
        arming.upperBound(),
        shown.falseAlarm(),
        2 * shown.falseAlarm(),
        shown.since(),
        says);
  }

  /** Sentences are of objects, and those may hold anything. */
  private static Explanation bounded(Explanation e) {
    return new Explanation(
        Board.cut(e.where(), LETTERS),
        Board.cut(e.why(), LETTERS),
        bounded(e.needs()),
        bounded(e.evidence()),
        e.judge().map(j -> Board.cut(j, LETTERS)),
        bounded(e.can()),
        bounded(e.came()),
        bounded(e.troubles()));
  }

  private static List<String> bounded(List<String> lines) {
    return lines.stream().limit(LINES).map(line -> Board.cut(line, LETTERS)).toList();
  }

  private static String plain(double percent) {
    return percent == Math.rint(percent) ? text("%.0f", percent) : text("%.1f", percent);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
