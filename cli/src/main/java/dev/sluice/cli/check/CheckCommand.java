package dev.sluice.cli.check;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be known to be wrong before anything is released. */
@Command(
    name = "check",
    description = "Checks files before they are used, for a pull request.",
    mixinStandardHelpOptions = true,
    subcommands = CheckPolicyCommand.class)
public final class CheckCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public CheckCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to check, for example: sluice check policy FILE.");
  }
}
