package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.InputFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file with one policy in it.
 *
 * @param manifest all that is in it
 * @param policy as it is written there
 */
record PolicyFile(Path path, Manifest manifest, ReleasePolicy policy) {
  /**
   * @param onlyOne why there may not be more, like {@code a run follows one}
   * @throws Failed with every mistake of the file
   */
  static PolicyFile read(Path path, String onlyOne) throws Failed {
    return of(path, manifest(path), onlyOne);
  }

  static PolicyFile of(Path path, Manifest manifest, String onlyOne) throws Failed {
    List<ReleasePolicy> policies =
        manifest.objects().stream()
            .filter(ReleasePolicy.class::isInstance)
            .map(ReleasePolicy.class::cast)
            .toList();
    if (policies.size() != 1) {
      throw new Failed(
          Exit.USAGE, "%s has %d ReleasePolicies; %s.".formatted(path, policies.size(), onlyOne));
    }
    return new PolicyFile(path, manifest, policies.getFirst());
  }

  /**
   * The objects of a file.
   *
   * @throws Failed with every mistake of the file
   */
  static Manifest manifest(Path path) throws Failed {
    return switch (Manifest.read(InputFile.read(path))) {
      case Parsed.Ok<Manifest> ok -> ok.value();
      case Parsed.Bad<Manifest> bad -> throw Failed.file(path.toString(), bad.problems());
    };
  }

  /**
   * Where it is meant to be.
   *
   * @param asked instead of the file's; empty: the file's, else the usual one
   * @throws Failed if the file says another one
   */
  String namespace(Optional<String> asked, String usual) throws Failed {
    Optional<String> written = policy.metadata().namespace();
    if (asked.isPresent() && written.filter(n -> !n.equals(asked.get())).isPresent()) {
      throw new Failed(
          Exit.USAGE,
          "%s is for the namespace %s, and --namespace says %s."
              .formatted(path, written.get(), asked.get()));
    }
    return written.or(() -> asked).orElse(usual);
  }
}
