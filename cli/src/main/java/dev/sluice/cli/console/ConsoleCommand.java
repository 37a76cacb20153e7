package dev.sluice.cli.console;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.release.Place;
import dev.sluice.cli.scene.Scene;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What goes on, as a page. */
@Command(
    name = "console",
    description = {
      "Serves a page that shows policies, the release that runs and its evidence, as charts, until"
          + " it is stopped. It shows what you may see, to whoever may use this machine, and changes"
          + " nothing.",
      "Exit code: 2 nobody can listen there, 4 the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice console",
      "  sluice console -n shop",
      "  sluice console -A --listen 127.0.0.1:9000",
      "  sluice console --lab"
    })
public final class ConsoleCommand implements Callable<Integer> {
  @Option(
      names = {"-A", "--all-namespaces"},
      description = "The policies of all namespaces.")
  private boolean everywhere;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      defaultValue = "127.0.0.1:8090",
      description = "Where the page is; port 0: any that is free. Default: ${DEFAULT-VALUE}.")
  private String listen;

  @Option(
      names = "--for-others",
      description =
          "Lets --listen be an address that other machines reach: whoever reaches it sees what you"
              + " may see, without a password.")
  private boolean forOthers;

  @Mixin private Place place;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public ConsoleCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    Address address = address();
    PrintWriter err = spec.commandLine().getErr();
    try (Scene scene = place.open(everywhere)) {
      Lookout lookout = new Lookout(scene, InstantSource.system(), why -> said(err, why));
      try (Site site = open(address, lookout)) {
        if (address.isForOthers()) {
          said(
              err,
              "Whoever reaches %s sees all that you may see here, without a password."
                  .formatted(site.address().url()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
            "%s is shown at %s until this is stopped.%n", scene.name(), site.address().url());
        out.flush();
        lookout.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Exit.SUCCEEDED;
  }

  private static void said(PrintWriter to, String sentence) {
    to.println(sentence);
    to.flush();
  }

  private Address address() {
    Address address =
        Address.parse(listen)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--listen is \"%s\": write an address of this machine and a port, like 127.0.0.1:8090."
                            .formatted(listen)));
    if (address.isForOthers() && !forOthers) {
      throw new ParameterException(
          spec.commandLine(),
          "--listen %s is reached from other machines, and the page asks for no password. Say --for-others if that is meant."
              .formatted(listen));
    }
    return address;
  }

  private static Site open(Address address, Lookout lookout) throws Failed {
    try {
      return Site.listen(address, lookout);
    } catch (IOException e) {
      throw new Failed(
          Exit.USAGE,
          e.getMessage()
              + " Is it in use? Name another with --listen; port 0 is any that is free.");
    }
  }
}
