package dev.sluice.cli.release;

import dev.sluice.api.Nearest;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which policy, or which release, a person means by a name, or by none. */
sealed interface Meant {
  /** A policy, whatever it releases. */
  record APolicy(PolicyView policy) implements Meant {}

  /**
   * One release.
   *
   * @param policy empty: it is not there any more
   */
  record ARelease(ReleaseView release, Optional<PolicyView> policy) implements Meant {
    /** Whether it is what its policy is busy with, or was last. */
    boolean isLast() {
      return policy.flatMap(PolicyView::release).equals(Optional.of(release.name()));
    }
  }

  String POLICY = "policy/";
  String RELEASE = "release/";

  /**
   * @param name of a policy or of a release, {@code policy/NAME} or {@code release/NAME}; empty:
   *     the only policy that there is
   * @throws Failed naming what there is, where that is not one thing
   */
  static Meant by(Optional<String> name, Scene scene) throws Failed, IOException {
    if (name.isEmpty()) {
      return new APolicy(only(scene));
    }
    String given = name.get();
    String word = given.substring(given.indexOf('/') + 1);
    if (!given.equals(word) && !given.startsWith(POLICY) && !given.startsWith(RELEASE)) {
      throw new Failed(
          Exit.USAGE, "%s is neither policy/%s nor release/%s.".formatted(given, word, word));
    }
    Optional<PolicyView> policy = given.startsWith(RELEASE) ? Optional.empty() : scene.policy(word);
    Optional<ReleaseView> release =
        given.startsWith(POLICY) ? Optional.empty() : scene.release(word);
    if (policy.isPresent() && release.isPresent()) {
      throw new Failed(
          Exit.USAGE,
          "%s is a policy, and a release of %s. Write policy/%s or release/%s."
              .formatted(word, release.get().policy(), word, word));
    }
    if (policy.isPresent()) {
      return new APolicy(policy.get());
    }
    if (release.isPresent()) {
      return new ARelease(release.get(), scene.policy(release.get().policy()));
    }
    throw unknown(word, scene);
  }

  private static PolicyView only(Scene scene) throws Failed, IOException {
    List<PolicyView> all = scene.policies();
    if (all.size() == 1) {
      return all.getFirst();
    }
    throw new Failed(
        Exit.USAGE,
        all.isEmpty()
            ? "There is no ReleasePolicy in %s.".formatted(scene.name())
            : "There are %d policies in %s: name one of %s."
                .formatted(
                    all.size(),
                    scene.name(),
                    String.join(", ", all.stream().map(PolicyView::name).toList())));
  }

  private static Failed unknown(String word, Scene scene) throws Failed, IOException {
    List<String> names =
        Stream.concat(
                scene.policies().stream().map(PolicyView::name),
                scene.releases(Optional.empty()).stream().map(ReleaseView::name))
            .toList();
    return new Failed(
        Exit.USAGE,
        "In %s is neither a policy nor a release %s.%s"
            .formatted(
                scene.name(),
                word,
                Nearest.of(word, names).map(n -> " Did you mean " + n + "?").orElse("")));
  }
}
