package dev.sluice.engine.decide;

import dev.sluice.engine.evidence.Question;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.util.Optional;

/** Where evidence belongs, and what is asked of it there. */
public final class StageLabel {
  private static final Question NOTHING = new Question(Optional.empty(), Duration.ZERO);

  private StageLabel() {}

  /** The stage's name once the data plane was told; what is seen before counts for no stage. */
  public static String of(Run run, Plan plan) {
    return switch (run.phase()) {
      case CHECKING, PREPARING -> "before " + plan.stages().getFirst().name();
      case SHIFTING -> entered(run, plan.stages().get(run.stage()).name());
      case BAKING -> entered(run, "bake");
      case HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED -> "after";
    };
  }

  /** The stage's name for people; empty outside of the stages. */
  public static Optional<String> name(Run run, Plan plan) {
    return switch (run.phase()) {
      case SHIFTING -> Optional.of(plan.stages().get(run.stage()).name());
      case BAKING -> Optional.of("bake");
      case CHECKING, PREPARING, HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED ->
          Optional.empty();
    };
  }

  public static Question question(Run run, Plan plan) {
    return switch (run.phase()) {
      case SHIFTING ->
          new Question(Optional.of(plan.after(run.stage())), plan.stages().get(run.stage()).max());
      case BAKING -> new Question(Optional.empty(), plan.spec().strategy().bake());
      case CHECKING, PREPARING, HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED ->
          NOTHING;
    };
  }

  public static Question nothing() {
    return NOTHING;
  }

  /**
   * The share of the ordinary requests that the candidate is asked to get as things are written.
   */
  public static Share served(Run run, World world) {
    String hash = run.versions().hash();
    if (run.phase().ended()) {
      return Share.NONE;
    }
    if (!world.entryPoints().isEmpty() && world.allPinnedTo(hash)) {
      return Share.ALL;
    }
    if (world.route().isPresent()) {
      return world.route().map(RouteState::candidateShare).orElse(Share.NONE);
    }
    int candidate = world.ready(hash);
    int all = candidate + world.ready(run.versions().stableHash());
    return world.anyUnpinned() && all > 0 ? new Share(1000 * candidate / all) : Share.NONE;
  }

  private static String entered(Run run, String name) {
    return run.progress().entered() ? name : "before " + name;
  }
}
