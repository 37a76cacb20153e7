package dev.sluice.cli.lab;

import dev.sluice.api.Release;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.world.World;
import dev.sluice.local.load.Accounts;
import dev.sluice.operator.ReleaseRecord;
import dev.sluice.operator.Saved;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a lab stands at one moment: all that is shown of it.
 *
 * @param world empty where the pods and the proxy cannot be asked
 * @param accounts what the users say; empty where they cannot be asked
 * @param troubles what stands in the way, sentences
 */
public record Standing(
    Instant at,
    LabInput input,
    Course course,
    Saved saved,
    Verdict verdict,
    Optional<World> world,
    Optional<Accounts> accounts,
    List<String> troubles) {
  public Standing {
    troubles = List.copyOf(troubles);
  }

  /** The release that runs, or the last one. */
  public Optional<Release> release() {
    return ReleaseRecord.of(input.policy().policy(), input.plan(), saved, verdict);
  }
}
