package dev.sluice.api;

import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Stage;
import java.time.Duration;
import java.util.List;

/** Ready-made canaries: five phases, pre-heat, small, medium, half, full. */
public enum Preset {
  /** What fits most services under load: one to four and a half hours. */
  STANDARD,
  /** Twice the time, and a person says yes before half of the users are moved. */
  CAUTIOUS,
  /** A fifth of the time, for services that can bear more. */
  FAST;

  /**
   * One phase.
   *
   * @param watch what a person should look at in it
   */
  public record Phase(Stage stage, String watch) {}

  /** The phases in order; weights 1, 5, 20, 50, 100 %, the last with 10 % held back. */
  public List<Phase> phases() {
    return List.of(
        phase(
            "pre-heat", 1, 10, 30, "Start-up: restarts, error logs, cold caches and connections."),
        phase("small", 5, 10, 60, "Errors and latency of the candidate beside stable's."),
        phase(
            "medium", 20, 15, 60, "Dependencies: database, cache hits, queues; cost per request."),
        phase("half", 50, 15, 60, "Business figures, slow leaks, and the load on each pod."),
        phase(
            "full", 100, 15, 60, "The last comparison with the tenth held back, before the flip."));
  }

  /** The phases' stages. */
  public List<Stage> stages() {
    return phases().stream().map(Phase::stage).toList();
  }

  private Phase phase(String name, int percent, int minMinutes, int maxMinutes, String watch) {
    boolean asked = this == CAUTIOUS && name.equals("half");
    Stage stage =
        new Stage(
            name,
            Share.percent(percent),
            List.of(),
            time(minMinutes),
            time(maxMinutes),
            asked ? Approval.BEFORE : Approval.NONE,
            percent == 100 ? Share.percent(10) : Share.NONE,
            Share.NONE);
    return new Phase(stage, watch);
  }

  private Duration time(int standardMinutes) {
    Duration standard = Duration.ofMinutes(standardMinutes);
    return switch (this) {
      case STANDARD -> standard;
      case CAUTIOUS -> standard.multipliedBy(2);
      case FAST -> standard.dividedBy(5);
    };
  }
}
