package dev.sluice.operator.run;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A run that is asked to stop gives its release the command to abort, as a person would: traffic
 * goes back to stable first. A release that is handing over already is through, and ends so.
 */
final class Stopping {
  private volatile Optional<Asked> asked = Optional.empty();

  /**
   * @param late whether it is for want of time
   */
  record Asked(String by, String why, boolean late, Instant at) {}

  /** The first one counts. */
  synchronized void ask(String by, String why, boolean late, Instant at) {
    if (asked.isEmpty()) {
      asked = Optional.of(new Asked(by, why, late, at));
    }
  }

  Optional<Asked> asked() {
    return asked;
  }

  /** What is observed, and the command with it. */
  Observer commanding(Observer observer) {
    return new Observer() {
      @Override
      public World observe(Memory memory) throws IOException {
        return with(observer.observe(memory), memory);
      }

      @Override
      public Optional<Instant> changesAt() {
        return observer.changesAt();
      }
    };
  }

  private World with(World world, Memory memory) {
    Optional<String> release = memory.running().map(Run::id);
    Optional<Asked> now = asked;
    if (now.isEmpty() || release.isEmpty()) {
      return world;
    }
    String id = "stop " + release.get();
    if (memory.handled().contains(id)) {
      return world;
    }
    List<Command> commands = new ArrayList<>(world.commands());
    commands.add(
        new Command(
            id,
            release.get(),
            Command.Action.ABORT,
            Optional.empty(),
            now.get().by(),
            Set.of(),
            now.get().why(),
            now.get().at()));
    return new World(
        world.workload(),
        world.sets(),
        world.entryPoints(),
        world.route(),
        world.candidateService(),
        world.preview(),
        world.checks(),
        commands,
        world.blockers(),
        world.traffic(),
        world.served());
  }
}
