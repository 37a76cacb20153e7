package dev.sluice.operator;

import java.io.IOException;
import java.util.Optional;

/** Where the state of one policy outlives the process. */
public interface Store {
  /**
   * @return what was last saved; empty before the first time
   * @throws StateRefused if there is a state that this program must not touch
   * @throws IOException if it cannot be read
   */
  Optional<Saved> load() throws IOException;

  /**
   * All or nothing: after a crash in the middle the state is either the old one or this one.
   *
   * @throws IOException if it may not have been saved; then nothing that follows from it may be
   *     done
   */
  void save(Saved saved) throws IOException;

  /**
   * Asked before anything is done, and quick. Nobody else can write: it does nothing.
   *
   * @throws StateRefused if it is known that another process has taken over (invariant 9)
   */
  void guard() throws StateRefused;

  /**
   * Brings up to date what people read of what was saved last. Nothing depends on it, so it comes
   * after the world was written: a way back does not wait for it. Nothing to do costs nothing.
   */
  void publish() throws IOException;

  /**
   * Nothing was ever decided, for the world cannot be brought or seen to where something can be.
   * People find out why where they look for what is decided. The same again costs nothing.
   */
  default void cannotBegin(String why) throws IOException {}
}
