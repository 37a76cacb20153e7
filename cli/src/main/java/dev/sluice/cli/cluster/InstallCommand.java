package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts what Sluice needs on a cluster, and proves that it works there. */
@Command(
    name = "install",
    description =
        "Puts the objects' definitions, the admission policies and the operator's account on a"
            + " cluster, and proves with writes that are not kept that the policies work there.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice install",
      "  sluice install --only -n shop",
      "  sluice install --check   # after helm install, or kubectl apply"
    })
public final class InstallCommand implements Callable<Integer> {
  /** For policies that have only just come to be at work. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @Mixin private Connection connection;

  @Mixin private Where where;

  @Option(
      names = "--check",
      description = "Installs nothing; proves that the admission policies that are there work.")
  private boolean check;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public InstallCommand() {}

  /** Which installation is meant. */
  static final class Where {
    @Option(
        names = {"-n", "--namespace"},
        paramLabel = "NAME",
        description = "The operator's own. Default: ${DEFAULT-VALUE}.",
        defaultValue = "sluice-system")
    private String namespace = "sluice-system";

    @Option(
        names = "--only",
        description =
            "For that namespace only, with no right outside of it but to look at the admission policies.")
    private boolean only;

    Installation installation() {
      return only ? Installation.inNamespace(namespace) : Installation.clusterWide(namespace);
    }
  }

  @Override
  public Integer call() throws Failed, InterruptedException {
    try (KubernetesClient client = connection.open()) {
      Installation installation = where.installation();
      List<String> broken =
          check ? installation.broken(client, PATIENCE) : installation.apply(client);
      if (!broken.isEmpty()) {
        throw new Failed(Exit.FAILED, String.join(System.lineSeparator(), broken));
      }
      spec.commandLine()
          .getOut()
          .printf(
              "Sluice is installed; its admission policies work here. The operator's account is %s in %s.%n",
              Installation.ACCOUNT, installation.namespace());
      return Exit.SUCCEEDED;
    } catch (KubernetesClientException e) {
      throw new Failed(
          Exit.UNREACHABLE,
          "The API server did not take what is to be installed: %s".formatted(e.getMessage()));
    }
  }
}
