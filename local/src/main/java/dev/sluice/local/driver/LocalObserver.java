package dev.sluice.local.driver;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.world.World;
import java.io.IOException;

/** Reads the lab's world from its node, which shows every write that it has answered. */
public final class LocalObserver implements Observer {
  private final NodeClient node;
  private volatile String release = "";

  public LocalObserver(NodeClient node) {
    this.node = node;
  }

  @Override
  public World observe(Memory memory) throws IOException {
    release = memory.running().map(Run::id).orElse("");
    World world =
        node.json().readValue(node.ok(node.get("/world" + NodeClient.of(release))), World.class);
    return new World(
        world.workload(),
        world.sets(),
        world.entryPoints(),
        world.route(),
        world.candidateService(),
        world.preview(),
        world.checks(),
        world.commands().stream().filter(c -> !memory.handled().contains(c.id())).toList(),
        world.blockers(),
        world.traffic(),
        world.served());
  }

  /** The release that was observed last; empty: none ran. */
  String release() {
    return release;
  }
}
