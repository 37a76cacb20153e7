package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.scene.Explanation;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why a release stands where it stands. */
@Command(
    name = "explain",
    description = {
      "Says why a release stands where it stands, and what would change that.",
      "Exit code: 0 said, 2 there is no such thing, 4 the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice explain",
      "  sluice explain order-service -n shop",
      "  sluice explain order-service-7 -o json",
      "  sluice explain --lab"
    })
public final class ExplainCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "of a policy or a release (default: the only policy there is)")
  private @Nullable String name;

  @Mixin private Place place;
  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public ExplainCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    try (Scene scene = place.open()) {
      Explanation explanation = explain(scene);
      spec.commandLine()
          .getOut()
          .println(output.choice().of(explanation, explanation.text(scene.flags())));
    }
    return Exit.SUCCEEDED;
  }

  private Explanation explain(Scene scene) throws Failed, IOException {
    return switch (Meant.by(Optional.ofNullable(name), scene)) {
      case Meant.APolicy(PolicyView policy) -> Explanation.of(scene.standing(policy.name()));
      case Meant.ARelease one when one.isLast() ->
          Explanation.of(scene.standing(one.release().policy()));
      case Meant.ARelease(ReleaseView release, _) -> Explanation.of(release);
    };
  }
}
