package dev.sluice.engine.decide;

import dev.sluice.engine.model.CheckSpec.OnNo;
import java.util.Optional;

/** A check that said no ends the release, by the way back where traffic had moved. */
final class FailedCheckAborts implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.run().phase().canTurnBack()) {
      return Optional.empty();
    }
    return c.failed(c.spec().checks().stream().filter(check -> check.onNo() == OnNo.ABORT))
        .flatMap(why -> c.turnsBack(Phase.ABORTED, new Reason("check-failed", why)));
  }
}
