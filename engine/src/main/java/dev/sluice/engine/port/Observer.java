package dev.sluice.engine.port;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.world.World;
import java.io.IOException;

/** Reads the world. */
public interface Observer {
  /**
   * One consistent snapshot, never older than the writes that were applied before the call.
   *
   * @param memory says which release's checks and commands are meant
   * @throws IOException if the world cannot be read; nothing is decided then
   */
  World observe(Memory memory) throws IOException;
}
