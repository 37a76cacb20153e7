package dev.sluice.cli.scene;

import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.operator.Decided;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** What a person sees of a policy at one moment, as lines. */
final class Frame {
  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle DIM = AttributedStyle.DEFAULT.faint();
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
  private static final AttributedStyle WAIT = PLAIN.foreground(AttributedStyle.YELLOW);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final int BAR = 30;
  private static final int DECISIONS = 5;

  private final Standing standing;
  private final List<AttributedString> lines = new ArrayList<>();

  private Frame(Standing standing) {
    this.standing = standing;
  }

  static List<AttributedString> of(Standing standing) {
    Frame frame = new Frame(standing);
    frame.title();
    frame.stages();
    frame.tracks();
    frame.evidence();
    frame.why();
    frame.users();
    frame.decisions();
    return frame.lines;
  }

  /** One line for where nothing is redrawn. */
  static String line(Standing s) {
    Verdict v = s.verdict();
    String users =
        s.around()
            .users()
            .map(
                u ->
                    "; %d requests, %d failed by the system"
                        .formatted(u.requests(), u.failedBySystem()))
            .orElse("");
    return s.saved()
        .memory()
        .running()
        .map(
            run ->
                "%s %s: candidate %s, stable %s, odds %s of %.0f, hurt %.0f%s"
                    .formatted(
                        run.id(),
                        where(run, s.plan()),
                        figures(v.candidate()),
                        figures(v.stable()),
                        odds(v.odds()),
                        s.limit(),
                        v.hurt(),
                        users))
        .orElse("no release runs" + users);
  }

  private void title() {
    Optional<Run> run = standing.saved().memory().run();
    AttributedStringBuilder line = new AttributedStringBuilder();
    if (run.isEmpty()) {
      lines.add(line.append("No release yet.", PLAIN.bold()).toAttributedString());
      return;
    }
    Run.Versions versions = run.get().versions();
    line.append(run.get().id() + "  ", PLAIN.bold())
        .append(standing.version(versions.hash()), PLAIN.bold())
        .append(" beside " + standing.version(versions.stableHash()) + "  ");
    Phase phase = run.get().phase();
    line.append(where(run.get(), standing.plan()), style(phase));
    if (!phase.ended() && standing.saved().condition() != Condition.MOVING) {
      line.append("  " + Words.of(standing.saved().condition()), WAIT.bold());
    }
    Duration since = Duration.between(run.get().since(), standing.at());
    line.append("  for " + since.toSeconds() + " s", DIM);
    lines.add(line.toAttributedString());
  }

  private void stages() {
    Optional<Run> run = standing.saved().memory().run();
    Plan plan = standing.plan();
    int at = run.map(r -> position(r, plan)).orElse(-1);
    List<String> names = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      names.add(stage.weight().isNone() ? stage.name() : stage.name() + " " + stage.weight());
    }
    names.add("bake");
    names.add("hand-over");
    AttributedStringBuilder line = new AttributedStringBuilder();
    for (int i = 0; i < names.size(); i++) {
      boolean done = i < at;
      boolean here = i == at;
      line.append(i == 0 ? "" : " ━━ ", done || here ? GOOD : DIM);
      boolean skipped = done && i < plan.stages().size() && standing.skipped(plan.stages().get(i));
      line.append(
          skipped ? "◌ " : done ? "● " : here ? "◉ " : "○ ", done ? GOOD : here ? WAIT : DIM);
      line.append(names.get(i), here ? PLAIN.bold() : done && !skipped ? PLAIN : DIM);
    }
    lines.add(line.toAttributedString());
  }

  /** How many of the plan's parts are behind a release. */
  private static int position(Run run, Plan plan) {
    int stages = plan.stages().size();
    return switch (run.phase()) {
      case CHECKING, PREPARING, ABORTING, ABORTED, REVERTED, SUPERSEDED -> -1;
      case SHIFTING -> run.stage();
      case BAKING -> stages;
      case HANDING_OVER -> stages + 1;
      case SUCCEEDED -> stages + 2;
    };
  }

  private void tracks() {
    if (standing.saved().memory().running().isEmpty()) {
      return;
    }
    Verdict v = standing.verdict();
    lines.add(
        new AttributedString("             requests/s     errors        p99   ready pods", DIM));
    Optional<Run> run = standing.saved().memory().running();
    track("stable", v.stable(), run.map(r -> r.versions().stableHash()));
    track("candidate", v.candidate(), run.map(r -> r.versions().hash()));
  }

  private void track(String name, Verdict.Figures f, Optional<String> hash) {
    String ready =
        hash.flatMap(h -> Optional.ofNullable(standing.around().ready().get(h)))
            .map(String::valueOf)
            .orElse(Columns.NOTHING);
    lines.add(
        AttributedString.fromAnsi(
            String.format(
                Locale.ROOT,
                "  %-10s %10.1f %10s %10s %12s",
                name,
                f.requestsPerSecond(),
                percent(f.errorShare()),
                millis(f.p99Seconds()),
                ready)));
  }

  private void evidence() {
    if (standing.saved().memory().running().isEmpty()) {
      return;
    }
    Verdict v = standing.verdict();
    double limit = standing.limit();
    double share = Math.clamp(Math.log(Math.max(1, v.odds())) / Math.log(limit), 0, 1);
    bar(
        "evidence",
        share,
        "odds of harm %s to 1; %s at %.0f%s"
            .formatted(
                odds(v.odds()),
                v.armed() ? "aborts" : "holds and asks",
                limit,
                v.metric().map(m -> " (" + m + ")").orElse("")));
    double budget = standing.budget();
    bar(
        "users hurt",
        budget > 0 ? Math.clamp(v.hurt() / budget, 0, 1) : 0,
        String.format(Locale.ROOT, "%.0f of at most %.0f", v.hurt(), budget));
  }

  private void bar(String name, double share, String says) {
    int full = (int) Math.round(share * BAR);
    AttributedStyle style = share >= 0.7 ? BAD : share >= 0.3 ? WAIT : GOOD;
    lines.add(
        new AttributedStringBuilder()
            .append(String.format(Locale.ROOT, "  %-11s", name))
            .append("█".repeat(full), style)
            .append("░".repeat(BAR - full), DIM)
            .append("  " + says)
            .toAttributedString());
  }

  private void why() {
    standing
        .saved()
        .reason()
        .ifPresent(
            reason ->
                lines.add(
                    new AttributedStringBuilder()
                        .append("  why        ", DIM)
                        .append(reason.sentence())
                        .toAttributedString()));
    for (String trouble : standing.troubles()) {
      lines.add(new AttributedString("  trouble    " + trouble, BAD));
    }
  }

  private void users() {
    if (standing.around().users().isEmpty()) {
      return;
    }
    Around.Users u = standing.around().users().get();
    lines.add(
        new AttributedStringBuilder()
            .append("  users      ", DIM)
            .append(u.requests() + " requests, ")
            .append(
                u.failedBySystem() + " failed by the system", u.failedBySystem() > 0 ? BAD : GOOD)
            .toAttributedString());
  }

  private void decisions() {
    List<Decided> all = standing.saved().decisions();
    for (Decided d : all.subList(Math.max(0, all.size() - DECISIONS), all.size())) {
      lines.add(
          new AttributedStringBuilder()
              .append("  " + time(d.at()) + " ", DIM)
              .append(decision(d))
              .toAttributedString());
    }
  }

  static String time(Instant at) {
    return CLOCK.format(at);
  }

  /** A decision in a line. */
  static String decision(Decided d) {
    String stage = d.stage().map(s -> " " + s).orElse("");
    String where = d.phase().map(p -> Words.of(p) + stage + ": ").orElse("");
    return d.release().map(r -> r + " ").orElse("") + where + d.sentence();
  }

  private static String where(Run run, Plan plan) {
    if (run.phase() != Phase.SHIFTING) {
      return Words.of(run.phase());
    }
    Stage stage = plan.stages().get(run.stage());
    boolean canary = plan.spec().strategy() instanceof Strategy.Canary;
    return "Shifting " + stage.name() + (canary ? " " + stage.served() : "");
  }

  private static AttributedStyle style(Phase phase) {
    return switch (phase) {
      case SUCCEEDED -> GOOD.bold();
      case ABORTING, ABORTED -> BAD.bold();
      case CHECKING, PREPARING, SHIFTING, BAKING, HANDING_OVER, REVERTED, SUPERSEDED -> WAIT;
    };
  }

  private static String figures(Verdict.Figures f) {
    return String.format(
        Locale.ROOT,
        "%.0f/s %s errors p99 %s",
        f.requestsPerSecond(),
        percent(f.errorShare()),
        millis(f.p99Seconds()));
  }

  private static String odds(double odds) {
    return odds >= 1e6
        ? "over a million"
        : String.format(Locale.ROOT, odds < 10 ? "%.1f" : "%.0f", odds);
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent()
        ? String.format(Locale.ROOT, "%.2f%%", 100 * share.getAsDouble())
        : "–";
  }

  private static String millis(OptionalDouble seconds) {
    return seconds.isPresent()
        ? String.format(Locale.ROOT, "%.0f ms", 1000 * seconds.getAsDouble())
        : "–";
  }
}
