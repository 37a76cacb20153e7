package dev.sluice.cli.lab;

import dev.sluice.api.Release;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.world.World;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.driver.NodeProcess;
import dev.sluice.local.load.Accounts;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.StateRefused;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A lab as another process sees it, that runs or has run.
 *
 * @param node empty where it has ended
 */
record LabSession(
    LabFolder folder, LabInput input, Course course, Saved saved, Optional<NodeClient> node) {
  /**
   * @throws Failed if no lab was ever there
   */
  static LabSession open(LabFolder folder) throws Failed, IOException {
    Optional<Course> course = folder.course();
    Optional<Saved> saved;
    try {
      saved = JsonStore.read(folder.state());
    } catch (StateRefused e) {
      throw new Failed(Exit.USAGE, String.valueOf(e.getMessage()));
    }
    if (course.isEmpty() || saved.isEmpty()) {
      throw new Failed(
          Exit.UNREACHABLE,
          "No lab is in %s. Start one with sluice lab --keep, or name its folder with --folder."
              .formatted(folder.path()));
    }
    return new LabSession(
        folder,
        LabInput.kept(folder, course.get()),
        course.get(),
        saved.get(),
        NodeProcess.find(folder.path()));
  }

  Standing standing() throws IOException {
    Optional<World> world = Optional.empty();
    Optional<Accounts> accounts = Optional.empty();
    if (node.isPresent()) {
      world = Optional.of(node.get().world());
      accounts = Optional.of(node.get().accounts());
    }
    return new Standing(
        Instant.now(),
        input,
        course,
        saved,
        SavedVerdict.of(input.plan(), saved, Lab.SETTINGS.tick(), LocalEvidence.WEIGHT_ACCURACY),
        world,
        accounts,
        node.isPresent() ? List.of() : List.of("The lab has ended; this is how it stood last."));
  }

  Release release() throws Failed, IOException {
    return standing()
        .release()
        .orElseThrow(
            () -> new Failed(Exit.UNREACHABLE, "Nothing was released in this lab so far."));
  }
}
