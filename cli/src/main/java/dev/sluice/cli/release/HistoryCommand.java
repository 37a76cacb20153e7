package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Tables;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What became of the releases of a policy. */
@Command(
    name = "history",
    description = {
      "Shows the releases of a policy that are kept, newest first: how each ended, how long it took,"
          + " whom it hurt. How many are kept is said by the policy's history.",
      "Exit code: 0 shown, 2 there is no such thing, 4 the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice history",
      "  sluice history order-service -n shop",
      "  sluice history order-service -o json",
      "  sluice history --lab"
    })
public final class HistoryCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "of a policy, or of one release (default: the only policy there is)")
  private @Nullable String name;

  @Mixin private Place place;
  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public HistoryCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    try (Scene scene = place.open()) {
      List<ReleaseView> releases =
          switch (Meant.by(Optional.ofNullable(name), scene)) {
            case Meant.APolicy(PolicyView policy) -> scene.releases(Optional.of(policy.name()));
            case Meant.ARelease(ReleaseView release, _) -> List.of(release);
          };
      String table =
          releases.isEmpty()
              ? "Nothing was released so far."
              : Tables.history(releases, Instant.now());
      spec.commandLine()
          .getOut()
          .println(output.choice().of(releases.stream().map(ReleaseView::object).toList(), table));
    }
    return Exit.SUCCEEDED;
  }
}
