package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A policy for what runs, as a file to be read before it is applied. */
@Command(
    name = "init",
    description = {
      "Reads a Deployment and what is around it, and prints a ReleasePolicy for it. It changes nothing"
          + " on the cluster. What it could not find, and what would keep a release from starting, is"
          + " said in comments and on the error output.",
      "Exit code: 0 printed, 1 nothing could be released as it is, 2 there is no such Deployment,"
          + " 4 no right to look, or the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice init deployment/order-service",
      "  sluice init deployment/order-service -n shop > release.yaml",
      "  sluice check policy release.yaml && kubectl apply -f release.yaml"
    })
public final class InitCommand implements Callable<Integer> {
  private static final Set<String> DEPLOYMENT =
      Set.of("deployment", "deployments", "deploy", "deployment.apps", "deployments.apps");

  @Parameters(paramLabel = "deployment/NAME", description = "what is to be released")
  private String target;

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Default: the one of the kubeconfig's context.")
  private @Nullable String namespace;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public InitCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    String name = name(target);
    try (KubernetesClient client = connection.open()) {
      String where = Optional.ofNullable(namespace).orElseGet(() -> ClusterScene.usual(client));
      PolicyDraft draft = PolicyDraft.of(Surroundings.of(client, where, name));
      check(draft);
      PrintWriter err = spec.commandLine().getErr();
      draft.notes().forEach(err::println);
      spec.commandLine().getOut().print(draft.text());
      spec.commandLine().getOut().flush();
    }
    return Exit.SUCCEEDED;
  }

  static String name(String target) throws Failed {
    int slash = target.indexOf('/');
    if (slash < 0) {
      throw new Failed(
          Exit.USAGE, "Say what %s is: sluice init deployment/%s.".formatted(target, target));
    }
    String kind = target.substring(0, slash);
    if (!DEPLOYMENT.contains(kind)) {
      throw new Failed(
          Exit.USAGE, "Sluice releases Deployments, and %s is none.".formatted(target));
    }
    return target.substring(slash + 1);
  }

  /** Names that Kubernetes allows and a policy cannot say, above all. */
  private static void check(PolicyDraft draft) throws Failed {
    if (Manifest.read(draft.text()) instanceof Parsed.Bad<Manifest>(List<Problem> problems)) {
      throw new Failed(
          Exit.FAILED,
          "No policy can be written for it: "
              + problems.stream()
                  .map(p -> p.path() + " " + p.seen() + ".")
                  .collect(Collectors.joining(" ")));
    }
  }
}
