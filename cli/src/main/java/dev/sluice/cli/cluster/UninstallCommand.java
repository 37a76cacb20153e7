package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.kubernetes.install.Removal;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes everything away again, in the order that hurts nobody. */
@Command(
    name = "uninstall",
    description =
        "Takes Sluice off a cluster. It refuses while a release runs, or an old version is kept warm.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sluice uninstall", "  sluice uninstall --delete-objects"})
public final class UninstallCommand implements Callable<Integer> {
  @Mixin private Connection connection;

  @Mixin private InstallCommand.Where where;

  @Option(
      names = "--delete-objects",
      description = "ReleasePolicies, Releases and templates are deleted too. Default: they stay.")
  private boolean delete;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public UninstallCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (KubernetesClient client = connection.open()) {
      Installation.Objects objects =
          delete ? Installation.Objects.DELETE : Installation.Objects.KEEP;
      return switch (where.installation().uninstall(client, objects)) {
        case Removal.Removed removed -> {
          removed.notes().forEach(out::println);
          out.println("Sluice is no longer on this cluster.");
          yield Exit.SUCCEEDED;
        }
        case Removal.Refused refused -> throw new Failed(Exit.FAILED, refused.why());
      };
    } catch (KubernetesClientException e) {
      throw new Failed(
          Exit.UNREACHABLE, "The API server did not answer as it should: " + e.getMessage());
    }
  }
}
