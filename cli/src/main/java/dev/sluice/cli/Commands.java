package dev.sluice.cli;

import dev.sluice.cli.check.CheckCommand;
import dev.sluice.cli.cluster.DoctorCommand;
import dev.sluice.cli.cluster.InstallCommand;
import dev.sluice.cli.cluster.OperatorCommand;
import dev.sluice.cli.cluster.PlanCommand;
import dev.sluice.cli.cluster.RunCommand;
import dev.sluice.cli.cluster.UninstallCommand;
import dev.sluice.cli.console.ConsoleCommand;
import dev.sluice.cli.init.InitCommand;
import dev.sluice.cli.judge.JudgeCommand;
import dev.sluice.cli.lab.LabCommand;
import dev.sluice.cli.release.ActCommand;
import dev.sluice.cli.release.ExplainCommand;
import dev.sluice.cli.release.GetCommand;
import dev.sluice.cli.release.HistoryCommand;
import dev.sluice.cli.release.WatchCommand;
import dev.sluice.engine.world.Command.Action;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The commands by their names. To read what all of them take is longer than most of them run, so
 * one that is named is read alone.
 */
final class Commands {
  private static final String COMPLETION = "completion";

  private Commands() {}

  /**
   * Adds the command that is named first, or all: for help, for completion, and to suggest one for
   * a name that is none.
   *
   * @return the same program
   */
  static CommandLine addTo(CommandLine program, String... args) {
    Map<String, Supplier<CommandLine>> all = all();
    String first = args.length > 0 ? args[0] : "";
    boolean alone = all.containsKey(first) && !first.equals(COMPLETION);
    all.forEach(
        (name, command) -> {
          if (!alone || name.equals(first)) {
            program.addSubcommand(name, command.get());
          }
        });
    return program;
  }

  private static Map<String, Supplier<CommandLine>> all() {
    Map<String, Supplier<CommandLine>> all = new LinkedHashMap<>();
    all.put("lab", () -> new CommandLine(new LabCommand()));
    all.put("get", () -> new CommandLine(new GetCommand()));
    all.put("watch", () -> new CommandLine(new WatchCommand()));
    all.put("explain", () -> new CommandLine(new ExplainCommand()));
    all.put("history", () -> new CommandLine(new HistoryCommand()));
    all.put("console", () -> new CommandLine(new ConsoleCommand()));
    all.put("init", () -> new CommandLine(new InitCommand()));
    all.put("plan", () -> new CommandLine(new PlanCommand()));
    all.put("doctor", () -> new CommandLine(new DoctorCommand()));
    all.put("judge", () -> new CommandLine(new JudgeCommand()));
    all.put("check", () -> new CommandLine(new CheckCommand()));
    all.put("install", () -> new CommandLine(new InstallCommand()));
    all.put("uninstall", () -> new CommandLine(new UninstallCommand()));
    all.put("operator", () -> new CommandLine(new OperatorCommand()));
    all.put("run", () -> new CommandLine(new RunCommand()));
    all.put("version", () -> new CommandLine(new VersionCommand()));
    all.put(COMPLETION, () -> new CommandLine(new CompletionCommand()));
    for (Action action : Action.values()) {
      all.put(ActCommand.word(action), () -> ActCommand.of(action));
    }
    return all;
  }
}
