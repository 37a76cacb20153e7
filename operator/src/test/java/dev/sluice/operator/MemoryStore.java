package dev.sluice.operator;

import java.io.IOException;
import java.util.Optional;

/** Keeps what was saved last, and can be told to fail. */
final class MemoryStore implements Store {
  Optional<Saved> last = Optional.empty();
  Optional<String> cannotBegin = Optional.empty();
  int saves;
  boolean full;
  boolean taken;

  @Override
  public Optional<Saved> load() {
    return last;
  }

  @Override
  public void save(Saved saved) throws IOException {
    if (full) {
      throw new IOException("no space left on device");
    }
    saves++;
    last = Optional.of(saved);
  }

  @Override
  public void guard() throws StateRefused {
    if (taken) {
      throw new StateRefused("That is another process' by now.");
    }
  }

  /** What was saved is all that there is to read. */
  @Override
  public void publish() {}

  @Override
  public void cannotBegin(String why) {
    cannotBegin = Optional.of(why);
  }
}
