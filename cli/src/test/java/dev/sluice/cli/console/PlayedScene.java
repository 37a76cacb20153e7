package dev.sluice.cli.console;

import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.LookedAt;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A namespace that is as a test says, and may not answer. */
final class PlayedScene implements LookedAt {
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
}
