package dev.sluice.cli.lab;

import dev.sluice.api.Release;
import dev.sluice.api.Words;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.PolicyTable;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What goes on. */
@Command(
    name = "get",
    description = "Shows the release that runs, or the last one; or the policy with its defaults.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sluice get", "  sluice get -o yaml", "  sluice get policy -o yaml"})
public final class GetCommand implements Callable<Integer> {
  /** What can be shown. */
  enum What {
    RELEASE,
    POLICY
  }

  @Parameters(
      arity = "0..1",
      defaultValue = "release",
      paramLabel = "WHAT",
      description = "release or policy (default: ${DEFAULT-VALUE})")
  private What what;

  @Mixin private FolderOption folder;
  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public GetCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    LabSession session = LabSession.open(folder.folder());
    String text =
        switch (what) {
          case RELEASE -> {
            Release release = session.release();
            yield output.choice().of(release, table(release));
          }
          case POLICY -> {
            var policy = session.input().policy().policy();
            yield output.choice().of(policy, PolicyTable.of(policy, session.input().plan()));
          }
        };
    spec.commandLine().getOut().println(text);
    return Exit.SUCCEEDED;
  }

  private static String table(Release release) {
    Release.Status status = release.status();
    String form = "%-12s %-12s %-12s %7s %10s %7s  %s";
    return String.format(
            Locale.ROOT, form, "RELEASE", "PHASE", "STAGE", "WEIGHT", "ODDS", "HURT", "WHY")
        + System.lineSeparator()
        + String.format(
            Locale.ROOT,
            form,
            release.metadata().name(),
            Words.of(status.phase()),
            status.stage().orElse("–"),
            status.weight(),
            String.format(Locale.ROOT, status.odds() < 1e6 ? "%.1f" : "%.0e", status.odds()),
            String.format(Locale.ROOT, "%.0f", status.hurt()),
            status.message());
  }
}
