package dev.sluice.cli.console;

import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Given;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.LookedAt;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A lab, which has one policy, with the policies of a namespace beside it. */
record Beside(Scene lab, Scene namespace) implements LookedAt {
  @Override
  public List<Glance> glances() throws Failed, IOException {
    return Stream.concat(lab.glances().stream(), namespace.glances().stream()).toList();
  }

  @Override
  public Scene within(Optional<String> named) {
    return named.isPresent() ? namespace : lab;
  }

  @Override
  public String name() {
    return lab.name();
  }

  @Override
  public String flags() {
    return lab.flags();
  }

  @Override
  public List<ReleaseView> releases(Optional<String> policy) throws Failed, IOException {
    return lab.releases(policy);
  }

  @Override
  public Optional<ReleaseView> release(String name) throws Failed, IOException {
    return lab.release(name);
  }

  @Override
  public Standing standing(String policy) throws Failed, IOException {
    return lab.standing(policy);
  }

  @Override
  public Optional<String> over() throws Failed, IOException {
    return lab.over();
  }

  @Override
  public String nobody(Given given) {
    return namespace.nobody(given);
  }

  @Override
  public void close() {
    lab.close();
    namespace.close();
  }
}
