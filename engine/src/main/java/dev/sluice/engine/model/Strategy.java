package dev.sluice.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a version takes over. Both end in the same flip, bake and hand-over. */
public sealed interface Strategy {
  /** Time after the flip in which the way back stays open, of observed time. */
  Duration bake();

  /**
   * Stages of split, then a flip. Stages are at least one, in order, weights never falling.
   *
   * @param adaptive whether stages that do nothing but raise the weight may be skipped, as far as
   *     what it may cost is proven to be inside the budget
   */
  record Canary(List<Stage> stages, Duration bake, Optional<Affinity> affinity, boolean adaptive)
      implements Strategy {
    public Canary {
      stages = List.copyOf(stages);
    }

    /** One that climbs stage by stage. */
    public Canary(List<Stage> stages, Duration bake, Optional<Affinity> affinity) {
      this(stages, bake, affinity, false);
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
