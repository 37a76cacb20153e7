package dev.sluice.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The program {@code sluice}. */
@Command(
    name = "sluice",
    description =
        "Releases new versions of services under heavy traffic without hurting their users.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  succeeded",
      "  1  aborted, or a check failed",
      "  2  bad input or usage",
      "  3  held, or timed out",
      "  4  could not reach what it needs",
      "",
      "Examples:",
      "  sluice lab",
      "  sluice lab --scenario errors-5",
      "  sluice init deployment/order-service -n shop > release.yaml",
      "  sluice get -A",
      "  sluice abort order-service -n shop",
      "  sluice completion > /etc/bash_completion.d/sluice"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public Main() {}

  public static void main(String[] args) {
    System.exit(run(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream to) {
    return new PrintWriter(to, true, StandardCharsets.UTF_8);
  }

  /**
   * Runs one command.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine program = Commands.addTo(new CommandLine(new Main()), args);
    if (args.length > 0 && args[0].equals(Completion.COMMAND)) {
      Completion.print(out, program, List.of(args).subList(1, args.length));
      return Exit.SUCCEEDED;
    }
    return program
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(Main::failed)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do, for example: sluice version.");
  }

  /** What is expected to go wrong is a sentence; anything else is a bug, with all that is known. */
  private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    PrintWriter err = command.getErr();
    return switch (e) {
      case Failed failed -> {
        err.println(failed.getMessage());
        yield failed.exit();
      }
      case IOException io -> {
        err.println(io.getMessage());
        yield Exit.UNREACHABLE;
      }
      case ParameterException misused -> misused(misused, new String[0]);
      default -> throw e;
    };
  }

  /** One sentence and where to read on; never a screen of usage. */
  private static int misused(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String said = String.valueOf(e.getMessage());
    err.println(said.endsWith(".") ? said : said + ".");
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return Exit.USAGE;
  }
}
