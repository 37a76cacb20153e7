package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Why a release stands where it stands. */
@Command(
    name = "explain",
    description = "Says why the release stands where it stands, and what would change that.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sluice explain", "  sluice explain -o json"})
public final class ExplainCommand implements Callable<Integer> {
  @Mixin private FolderOption folder;
  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public ExplainCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    Standing standing = LabSession.open(folder.folder()).standing();
    Explanation explanation = Explanation.of(standing);
    spec.commandLine().getOut().println(output.choice().of(explanation, explanation.text()));
    return Exit.SUCCEEDED;
  }
}
