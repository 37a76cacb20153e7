package dev.sluice.cli.scene;

import dev.sluice.cli.Failed;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A place of a test's own, where nobody takes commands. */
public interface LookedAt extends Scene {
  @Override
  default Optional<PolicyView> policy(String name) throws Failed, IOException {
    return policies().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  @Override
  default Given give(Act act) {
    throw new UnsupportedOperationException("nobody takes commands here");
  }

  @Override
  default Optional<List<Decided>> since(Given given) {
    return Optional.empty();
  }

  @Override
  default String nobody(Given given) {
    return "Nobody is here.";
  }

  @Override
  default Optional<String> over() throws Failed, IOException {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
