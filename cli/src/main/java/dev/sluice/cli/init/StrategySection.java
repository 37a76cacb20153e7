package dev.sluice.cli.init;

import dev.sluice.api.Preset;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Stage;

/** In which steps users are moved, by how many of them there are. */
final class StrategySection {
  private static final String HALF = "half";

  private final Sheet sheet;
  private final Seen seen;

  StrategySection(Sheet sheet, Seen seen) {
    this.sheet = sheet;
    this.seen = seen;
  }

  void write(boolean routed) {
    if (routed) {
      canary();
    } else {
      blueGreen();
    }
  }

  /** Whether that preset asks a person before half of the users are moved. */
  static boolean asks(Preset preset) {
    return preset.stages().stream().anyMatch(stage -> stage.approval() == Approval.BEFORE);
  }

  private void canary() {
    TrafficFit fit = seen.fit();
    Preset preset = fit.preset();
    sheet.line("  strategy:");
    sheet.line("    canary:");
    fit.why().forEach(sentence -> sheet.line("      # %s", sentence));
    fit.warning().ifPresent(sheet::note);
    sheet.line(
        "      # Standard: 1, 5, 20, 50 and 100 %% of the users, one to four and a half hours in all. Cautious takes");
    sheet.line(
        "      # twice that and asks a person before half of them, Fast a fifth. Or write stages of your own.");
    boolean approve = seen.approve().orElse(asks(preset));
    if (approve == asks(preset)) {
      sheet.line("      preset: %s", Words.of(preset));
    } else {
      sheet.line(
          "      # The stages of %s, and %s before half of the users are moved.",
          Words.of(preset), approve ? "a person says yes (sluice approve)" : "nobody is asked");
      sheet.line("      stages:");
      preset.stages().forEach(stage -> stage(stage, approve));
    }
    sheet.line("      bake: 15m # at 100 %%, with the way back open");
  }

  private void stage(Stage stage, boolean approve) {
    sheet.line(
        "        - { name: %s, weight: %d, min: %s, max: %s%s%s }",
        stage.name(),
        stage.weight().perMille() / 10,
        ShortDuration.format(stage.min()),
        ShortDuration.format(stage.max()),
        approve && stage.name().equals(HALF) ? ", approve: Before" : "",
        stage.holdback().isNone() ? "" : ", holdback: " + stage.holdback().perMille() / 10 + "%");
  }

  private void blueGreen() {
    sheet.line(
        "  # With a route this could be canary: { preset: Standard }, which risks far fewer users.");
    sheet.line("  strategy:");
    sheet.line("    blueGreen:");
    sheet.line("      validate: 5m # between a ready new version and the flip");
    if (seen.approve().orElse(true)) {
      sheet.line("      approve: Before # a person says yes to the flip: sluice approve");
    }
    sheet.line("      bake: 15m # after the flip, with the way back open");
  }
}
