package dev.sluice.engine.decide;

import dev.sluice.engine.model.Affinity;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A strategy read as stages: blue-green is one stage without traffic, then the same flip. */
public record Plan(Spec spec, List<Stage> stages) {
  /** The stages of the spec's strategy, at least one. */
  public static Plan of(Spec spec) {
    return switch (spec.strategy()) {
      case Strategy.Canary canary -> new Plan(spec, canary.stages());
      case Strategy.BlueGreen blueGreen -> new Plan(spec, List.of(preview(blueGreen)));
    };
  }

  private static Stage preview(Strategy.BlueGreen blueGreen) {
    Approval approval = blueGreen.approval() == Approval.BEFORE ? Approval.AFTER : Approval.NONE;
    return new Stage(
        "preview",
        Share.NONE,
        List.of(),
        blueGreen.validate(),
        blueGreen.validate(),
        approval,
        Share.NONE,
        Share.NONE);
  }

  public boolean isLast(int stage) {
    return stage == stages.size() - 1;
  }

  /** Whether stages may be skipped. */
  public boolean adaptive() {
    return spec.strategy() instanceof Strategy.Canary canary && canary.adaptive();
  }

  /**
   * Whether a stage is a step on the way and no more: it shows the candidate to nobody in
   * particular, sends it no copies, and neither a person nor a check is asked for it.
   */
  public boolean raisesTheWeightAlone(int stage) {
    Stage step = stages.get(stage);
    return step.match().isEmpty()
        && step.mirror().isNone()
        && step.approval() == Approval.NONE
        && spec.checks().stream()
            .noneMatch(check -> check.stage().filter(step.name()::equals).isPresent());
  }

  /**
   * Without a route a canary's shares are made by pod counts, behind Services that are not pinned.
   */
  boolean byReplicas() {
    return spec.route().isEmpty() && spec.strategy() instanceof Strategy.Canary;
  }

  /**
   * What the route should say in that stage; whitelists once open stay open. What the route cannot
   * do is not asked of it: it would never be seen to be written, and be written for ever. That the
   * policy asks for it keeps a release from starting.
   */
  Split split(int stage, String release) {
    List<Match> match = List.of();
    for (int i = 0; i <= stage; i++) {
      match = stages.get(i).match().isEmpty() ? match : stages.get(i).match();
    }
    Stage now = stages.get(stage);
    Share mirror = can(Spec.Route::mirror) ? now.mirror() : Share.NONE;
    return new Split(release, now.served(), match, affinity(), mirror);
  }

  /** The share of the traffic that the candidate must be able to carry in that stage. */
  Share toCarry(int stage) {
    if (spec.strategy() instanceof Strategy.BlueGreen) {
      return Share.ALL;
    }
    Stage now = stages.get(stage);
    Share most = now.served().compareTo(now.mirror()) >= 0 ? now.served() : now.mirror();
    return most.isNone() ? new Share(1) : most;
  }

  /** The share that comes after that stage: the next one's, or all of it by the flip. */
  public Share after(int stage) {
    return isLast(stage) ? Share.ALL : stages.get(stage + 1).served();
  }

  private Optional<Affinity> affinity() {
    return spec.strategy() instanceof Strategy.Canary canary && can(Spec.Route::affinity)
        ? canary.affinity()
        : Optional.empty();
  }

  private boolean can(Predicate<Spec.Route> ability) {
    return spec.route().filter(ability).isPresent();
  }
}
