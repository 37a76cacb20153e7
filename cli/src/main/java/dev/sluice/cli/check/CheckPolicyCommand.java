package dev.sluice.cli.check;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.ApiObject;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.InputFile;
import dev.sluice.cli.Output;
import dev.sluice.cli.PolicyTable;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Spec.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Every mistake in policies, at once. */
@Command(
    name = "policy",
    description = {
      "Checks files with ReleasePolicies, MetricTemplates and ReleaseCommands: every mistake gets"
          + " a line that says where it is and what to write instead.",
      "Exit code: 0 all are right, 2 there are mistakes."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sluice check policy release.yaml", "  sluice check policy -o json *.yaml"})
final class CheckPolicyCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "files to check")
  private List<Path> files;

  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  CheckPolicyCommand() {}

  /**
   * @param problems empty: the file is right
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Checked(String file, List<Problem> problems) {}

  @Override
  public Integer call() throws Failed {
    List<Checked> all = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      String text = InputFile.read(file);
      Checked checked =
          switch (Manifest.read(text)) {
            case Parsed.Ok<Manifest> ok -> resolved(file, ok.value(), lines);
            case Parsed.Bad<Manifest> bad -> new Checked(file.toString(), bad.problems());
          };
      all.add(checked);
      checked.problems().forEach(p -> lines.add(file + ": " + p));
    }
    spec.commandLine()
        .getOut()
        .println(output.choice().of(all, String.join(System.lineSeparator(), lines)));
    return all.stream().allMatch(c -> c.problems().isEmpty()) ? Exit.SUCCEEDED : Exit.USAGE;
  }

  private static Checked resolved(Path file, Manifest manifest, List<String> lines) {
    Problems problems = new Problems();
    for (ApiObject object : manifest.objects()) {
      if (object instanceof ReleasePolicy policy) {
        Resolved resolved = Resolved.of(policy, manifest, Route.FULL, problems);
        if (problems.none()) {
          lines.add(file + ": right. " + PolicyTable.of(policy, Plan.of(resolved.spec())));
        }
      } else {
        lines.add(file + ": right. " + object.kind() + " " + object.metadata().name());
      }
    }
    return new Checked(file.toString(), problems.list());
  }
}
