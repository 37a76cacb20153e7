package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.Untold;
import dev.sluice.cli.judge.RecordOption;
import dev.sluice.cli.judge.Recorder;
import dev.sluice.cli.scene.Progress;
import dev.sluice.local.driver.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole release on this machine. */
@Command(
    name = "lab",
    description = {
      "Runs a whole release on this machine: pods are processes, a proxy divides real traffic,"
          + " and what goes wrong is injected.",
      "Exit code: 0 if all ended as the scenario expects and the system lost no request, else 1;"
          + " 3 if the scenario's limit came first."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice lab                              the demo: a good version, then a bad one",
      "  sluice lab --list                       what there is to see",
      "  sluice lab --scenario errors-5          one of them",
      "  sluice lab --show errors-5 > mine.yaml  a file to begin with",
      "  sluice lab --scenario mine.yaml -f policy.yaml --pace 30",
      "  sluice lab --scenario errors-5 --record errors-5.jsonl",
      "  sluice lab --keep                       serves on; in another window: sluice watch --lab"
    })
public final class LabCommand implements Callable<Integer> {
  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      defaultValue = "demo",
      description = "one of --list, or a file (default: ${DEFAULT-VALUE})")
  private String scenario;

  @Option(
      names = {"-f", "--policy"},
      paramLabel = "FILE",
      description = "a file with the ReleasePolicy to rehearse, instead of the scenario's own")
  private @Nullable Path policy;

  @Option(
      names = "--pace",
      paramLabel = "N",
      defaultValue = "1",
      description = "divides the policy's durations by N")
  private double pace;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "where users come to (default: any that is free)")
  private int port;

  @Option(names = "--keep", description = "serves on after the scenario's end, until it is stopped")
  private boolean keep;

  @Option(names = "--list", description = "lists the scenarios that come with Sluice")
  private boolean list;

  @Option(
      names = "--show",
      paramLabel = "NAME",
      description = "prints a scenario's file, to be copied")
  private @Nullable String show;

  @Option(names = "--stop", description = "ends the lab that was left running, with all its pods")
  private boolean stop;

  @Mixin private RecordOption record;
  @Mixin private FolderOption folder;
  @Mixin private Output.Choice output;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public LabCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    if (list) {
      print(output.choice().of(Scenarios.all(), Scenarios.table()));
      return Exit.SUCCEEDED;
    }
    if (show != null) {
      print(Scenarios.named(show).text().stripTrailing());
      return Exit.SUCCEEDED;
    }
    if (stop) {
      NodeProcess.stop(folder.folder().path());
      return Exit.SUCCEEDED;
    }
    if (!(pace >= 0.01 && pace <= 10_000) || port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(), "--pace is a number from 0.01 to 10000, --port one from 0 to 65535.");
    }
    Optional<LabInput.Source> other =
        policy == null ? Optional.empty() : Optional.of(Scenarios.file(policy));
    LabInput input = LabInput.read(Scenarios.find(scenario), other, pace);
    Untold.sentence("a lab", input.policy().policy().spec())
        .ifPresent(spec.commandLine().getErr()::println);
    Summary summary;
    try (Progress progress = Progress.on(spec.commandLine().getErr());
        Recorder recorder =
            record.open(
                policy == null ? scenario : policy.toString(),
                input.policy(),
                input.plan().spec(),
                Lab.SETTINGS.tick(),
                progress::says)) {
      summary =
          new Lab(folder.folder(), input, System.getenv(), progress, recorder).run(port, keep);
    }
    print(output.choice().of(summary, summary.line()));
    if (!summary.asExpected()) {
      throw new Failed(
          Exit.FAILED,
          String.format(
              Locale.ROOT, "The scenario expects %s, and no request lost.", input.expected()));
    }
    return Exit.SUCCEEDED;
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }
}
