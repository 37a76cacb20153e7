package dev.sluice.operator;

import dev.sluice.api.Metadata;
import dev.sluice.api.Percent;
import dev.sluice.api.Release;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The release that runs, or the last one, as the object that people read. */
public final class ReleaseRecord {
  private ReleaseRecord() {}

  /** Empty before the first release. */
  public static Optional<Release> of(
      ReleasePolicy policy, Plan plan, Saved saved, Verdict verdict) {
    return saved.memory().run().map(run -> release(policy, plan, saved, verdict, run));
  }

  private static Release release(
      ReleasePolicy policy, Plan plan, Saved saved, Verdict verdict, Run run) {
    List<Release.Decision> decisions = decisions(saved, run.id());
    Reason reason = saved.reason().orElse(new Reason("none", "Nothing was decided yet."));
    boolean ended = run.phase().ended() && !decisions.isEmpty();
    return new Release(
        Metadata.named(run.id(), policy.metadata().namespace()),
        new Release.Spec(
            policy.metadata().name(), run.versions().stableHash(), run.versions().hash()),
        new Release.Status(
            run.phase(),
            saved.condition(),
            StageLabel.name(run, plan),
            decisions.isEmpty() ? Percent.of(0) : decisions.getLast().weight(),
            ended ? decisions.getLast().odds() : verdict.odds(),
            ended ? decisions.getLast().hurt() : verdict.hurt(),
            ended ? decisions.getLast().reason() : reason.code(),
            ended ? decisions.getLast().message() : reason.sentence(),
            decisions));
  }

  /** Up to the one that ended it: what is decided later is about no release. */
  private static List<Release.Decision> decisions(Saved saved, String release) {
    List<Release.Decision> decisions = new ArrayList<>();
    for (Decided d : saved.decisions()) {
      if (d.release().equals(Optional.of(release))) {
        decisions.add(decision(d));
        if (d.phase().filter(Phase::ended).isPresent()) {
          break;
        }
      }
    }
    return decisions;
  }

  private static Release.Decision decision(Decided d) {
    return new Release.Decision(
        d.at(),
        d.phase(),
        d.stage(),
        d.condition(),
        percent(d.weight()),
        d.odds(),
        d.hurt(),
        d.code(),
        d.sentence());
  }

  private static Percent percent(Share share) {
    return new Percent(BigDecimal.valueOf(share.perMille(), 1));
  }
}
