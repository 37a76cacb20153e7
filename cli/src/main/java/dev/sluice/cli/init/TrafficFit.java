package dev.sluice.cli.init;

import dev.sluice.api.Preset;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which ready-made canary fits how much traffic: how many requests the new version gets in the
 * least time of its first stage decides. Evidence takes three failures at the least, so that so
 * many are wanted as show three where one in so many fails.
 *
 * @param preset what is proposed
 * @param why sentences with the figures that it was computed from
 * @param warning what no preset mends; empty: nothing
 */
record TrafficFit(Preset preset, List<String> why, Optional<String> warning) {
  /** One in a hundred shows three times. */
  static final long ENOUGH = 300;

  /** One in a thousand does. */
  static final long PLENTY = 3_000;

  TrafficFit {
    why = List.copyOf(why);
  }

  /**
   * @param perSecond requests of all users; empty: not known
   */
  static TrafficFit of(OptionalDouble perSecond) {
    if (perSecond.isEmpty()) {
      return new TrafficFit(
          Preset.STANDARD,
          List.of(
              "How many requests there are was not seen: Standard fits most. At few requests evidence takes long."),
          Optional.empty());
    }
    double rate = perSecond.getAsDouble();
    if (rate == 0) {
      return new TrafficFit(
          Preset.STANDARD,
          List.of("No request was seen. Standard fits most services under load."),
          Optional.of(
              "No request came while init looked: without traffic nothing can be judged, and each stage stands still after its time. Run init again when users are there."));
    }
    Preset preset = fitting(rate);
    String seen =
        "About %s requests/s were seen: in the %s that %s gives its stage of 1 %% at the least, the new version gets %s of them."
            .formatted(
                number(rate),
                ShortDuration.format(first(preset).min()),
                Words.of(preset),
                number(inFirst(preset, rate)));
    return new TrafficFit(preset, List.of(seen, reason(preset)), tooFew(preset, rate));
  }

  private static Preset fitting(double rate) {
    if (inFirst(Preset.FAST, rate) >= PLENTY) {
      return Preset.FAST;
    }
    return inFirst(Preset.STANDARD, rate) >= ENOUGH ? Preset.STANDARD : Preset.CAUTIOUS;
  }

  private static String reason(Preset preset) {
    return switch (preset) {
      case FAST ->
          "One failure in a thousand shows in them, so a fifth of the usual time is enough. Standard gives slow leaks more time to show.";
      case STANDARD -> "One failure in a hundred shows in them; Fast would see too few.";
      case CAUTIOUS ->
          "Standard would see half as many, in which one failure in a hundred need not show: so twice the time, and a person says yes before half of the users are moved.";
    };
  }

  /** The least answers that a stage must have seen, whatever the time. */
  private static Optional<String> tooFew(Preset preset, double rate) {
    int least = Analysis.defaults().minimum();
    Stage first = first(preset);
    double share = first.weight().fraction();
    Duration takes = Duration.ofSeconds((long) Math.ceil(least / (rate * share)));
    if (takes.compareTo(first.min()) <= 0) {
      return Optional.empty();
    }
    String about = ShortDuration.format(Duration.ofMinutes(Math.max(1, takes.toMinutes())));
    String form =
        takes.compareTo(first.max()) <= 0
            ? "At %s requests/s the stage of 1 %% takes about %s, until the new version has given the %d answers that it needs. Stages of your own that begin at a larger weight are quicker."
            : "At %s requests/s the %3$d answers that the stage of 1 %% needs take about %2$s, longer than its time: it then stands still until they are there. Write stages of your own that begin at a larger weight, like stages: [{ name: small, weight: 20, min: 20m, max: 2h }, { name: half, weight: 50, min: 20m, max: 2h }].";
    return Optional.of(form.formatted(number(rate), about, least));
  }

  /** Requests that the new version gets in the least time of a preset's first stage. */
  static double inFirst(Preset preset, double rate) {
    Stage first = first(preset);
    return rate * first.weight().fraction() * first.min().toSeconds();
  }

  private static Stage first(Preset preset) {
    return preset.stages().getFirst();
  }

  /** Two digits: more would say more than two looks can. */
  static String number(double value) {
    if (value >= 100) {
      double magnitude = Math.pow(10, Math.floor(Math.log10(value)) - 1);
      return String.format(Locale.ROOT, "%,.0f", Math.round(value / magnitude) * magnitude);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.0f" : "%.1f", value);
  }
}
