package dev.sluice.cli.console;

import dev.sluice.cli.scene.Act;
import dev.sluice.cli.scene.Given;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A namespace that is as a test says, and may not answer. */
final class PlayedScene implements Scene {
  private volatile List<Glance> glances = List.of();
  private volatile Optional<String> silence = Optional.empty();

  PlayedScene has(Glance... now) {
    glances = List.of(now);
    silence = Optional.empty();
    return this;
  }

  void doesNotAnswer(String why) {
    silence = Optional.of(why);
  }

  @Override
  public List<Glance> glances() throws IOException {
    if (silence.isPresent()) {
      throw new IOException(silence.get());
    }
    return glances;
  }

  @Override
  public Scene within(Optional<String> namespace) {
    return this;
  }

  @Override
  public String name() {
    return "the namespace shop";
  }

  @Override
  public String flags() {
    return "-n shop";
  }

  @Override
  public List<PolicyView> policies() {
    return glances.stream().map(Glance::view).toList();
  }

  @Override
  public Optional<PolicyView> policy(String name) {
    return policies().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  @Override
  public Standing standing(String policy) {
    return glances.stream()
        .filter(g -> g.view().name().equals(policy))
        .findFirst()
        .flatMap(Glance::standing)
        .orElseThrow();
  }

  @Override
  public List<ReleaseView> releases(Optional<String> policy) {
    return List.of();
  }

  @Override
  public Optional<ReleaseView> release(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<String> over() {
    return Optional.empty();
  }

  @Override
  public Given give(Act act) {
    throw new UnsupportedOperationException("a console gives no command");
  }

  @Override
  public Optional<List<Decided>> since(Given given) {
    return Optional.empty();
  }

  @Override
  public String nobody(Given given) {
    return "Nobody is here.";
  }

  @Override
  public void close() {}
}
