package dev.sluice.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a version takes over. Both end in the same flip, bake and hand-over. */
public sealed interface Strategy {
  /** Time after the flip in which the way back stays open, of observed time. */
  Duration bake();

  /** Stages of split, then a flip. Stages are at least one, in order, weights never falling. */
  record Canary(List<Stage> stages, Duration bake, Optional<Affinity> affinity)
      implements Strategy {
    public Canary {
      stages = List.copyOf(stages);
    }
  }

  /**
   * A flip after validation.
   *
   * @param previewService a Service that shows the candidate before the flip
   * @param validate observed time between a ready preview and the flip
   * @param approval BEFORE the flip, AFTER it (before the bake may end), or NONE
   */
  record BlueGreen(
      Optional<String> previewService, Duration validate, Approval approval, Duration bake)
      implements Strategy {}
}
