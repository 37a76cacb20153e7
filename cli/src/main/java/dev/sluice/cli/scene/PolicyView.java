package dev.sluice.cli.scene;

import dev.sluice.api.Release;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Shown;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A policy at a glance. Only its name is certain: one that cannot be read is shown too.
 *
 * @param release under way, or the last one
 * @param phase of that release; empty: none, or a word of a newer version
 * @param weight share of ordinary requests that the candidate was last asked to get
 * @param judge whether it may abort on evidence alone: armed, the placebo releases so far of those
 *     that it takes, or what the policy says; empty: not known
 * @param shown what the judge has shown on placebo; empty: not known
 * @param why for people
 * @param object what programs get
 */
public record PolicyView(
    Optional<String> namespace,
    String name,
    Optional<String> release,
    Optional<Phase> phase,
    Optional<Condition> condition,
    Optional<String> stage,
    String weight,
    OptionalDouble odds,
    OptionalDouble hurt,
    Optional<String> judge,
    Optional<Shown> shown,
    String why,
    Object object) {
  public static PolicyView of(Standing standing, Object object) {
    Optional<Release> release = standing.release();
    Optional<String> namespace = standing.policy().metadata().namespace();
    String name = standing.policy().metadata().name();
    if (release.isEmpty()) {
      String why =
          standing.troubles().isEmpty()
              ? standing.saved().reason().map(r -> r.sentence()).orElse("Nothing was decided yet.")
              : standing.troubles().getFirst();
      return unknown(namespace, name, why, object)
          .judgedBy(judge(standing), standing.saved().shown());
    }
    Release.Status status = release.get().status();
    return new PolicyView(
        namespace,
        name,
        Optional.of(release.get().metadata().name()),
        Optional.of(status.phase()),
        Optional.of(status.condition()),
        status.stage(),
        status.weight().toString(),
        OptionalDouble.of(status.odds()),
        OptionalDouble.of(status.hurt()),
        Optional.of(judge(standing)),
        Optional.of(standing.saved().shown()),
        status.message(),
        object);
  }

  private static String judge(Standing standing) {
    Shown shown = standing.saved().shown();
    return switch (standing.plan().spec().analysis().arm()) {
      case ALWAYS -> "always";
      case NEVER -> "never";
      case MEASURED -> {
        int slots = shown.arming().slots();
        yield shown.armed()
            ? "armed"
            : slots + "/" + (slots + shown.arming().missing(shown.falseAlarm()));
      }
    };
  }

  private PolicyView judgedBy(String judged, Shown what) {
    return new PolicyView(
        namespace,
        name,
        release,
        phase,
        condition,
        stage,
        weight,
        odds,
        hurt,
        Optional.of(judged),
        Optional.of(what),
        why,
        object);
  }

  /** Nothing was released by it, or nothing is known of that. */
  public static PolicyView unknown(
      Optional<String> namespace, String name, String why, Object object) {
    return new PolicyView(
        namespace,
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Columns.NOTHING,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        why,
        object);
  }
}
