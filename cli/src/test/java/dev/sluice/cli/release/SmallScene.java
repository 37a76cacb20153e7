package dev.sluice.cli.release;

import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.LookedAt;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import java.util.List;
import java.util.Optional;

/** A namespace in memory that can be looked at. */
record SmallScene(List<PolicyView> policies, List<ReleaseView> releases) implements LookedAt {
  @Override
  public String name() {
    return "the namespace shop";
  }

  @Override
  public String flags() {
    return "-n shop";
  }

  @Override
  public List<Glance> glances() {
    return policies.stream().map(p -> new Glance(p, Optional.empty())).toList();
  }

  @Override
  public Scene within(Optional<String> namespace) {
    return this;
  }

  @Override
  public List<ReleaseView> releases(Optional<String> policy) {
    return releases.stream()
        .filter(r -> policy.filter(p -> !p.equals(r.policy())).isEmpty())
        .toList();
  }

  @Override
  public Optional<ReleaseView> release(String name) {
    return releases.stream().filter(r -> r.name().equals(name)).findFirst();
  }

  @Override
  public Standing standing(String policy) {
    throw new UnsupportedOperationException("nothing stands here");
  }
}
