package dev.sluice.engine.port;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Reads the world. */
public interface Observer {
  /**
   * One consistent snapshot, never older than the writes that were applied before the call.
   *
   * @param memory says which release's checks and commands are meant
   * @throws IOException if the world cannot be read; nothing is decided then
   */
  World observe(Memory memory) throws IOException;

  /**
   * When what was observed last will look otherwise by time alone, so that no watch tells of it: a
   * pod has been ready for long enough to count. Empty: it will not.
   */
  default Optional<Instant> changesAt() {
    return Optional.empty();
  }
}
