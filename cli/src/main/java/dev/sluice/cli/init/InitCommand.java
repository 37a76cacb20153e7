package dev.sluice.cli.init;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.Connection;
import dev.sluice.cli.cluster.DeploymentName;
import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.cli.cluster.OperatorAsked;
import dev.sluice.cli.cluster.Surroundings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
      "Reads a Deployment and what is around it, looks at the metrics of a few of its pods, and prints a"
          + " ReleasePolicy for it that says why it is as it is. It changes nothing on the cluster. What it"
          + " could not find, and what would keep a release from starting, is said in comments and on the"
          + " error output. On a terminal it asks for what it could not find; Enter takes what it proposes.",
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

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  @Parameters(paramLabel = "deployment/NAME", description = "what is to be released")
  private String target;

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Default: the one of the kubeconfig's context.")
  private @Nullable String namespace;

  @Option(
      names = "--no-input",
      description = "Asks nothing, on a terminal either: everything is as Enter would have it.")
  private boolean silent;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public InitCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    String name = DeploymentName.of(target);
    PrintWriter err = spec.commandLine().getErr();
    Questions questions = silent ? new Questions.Nobody() : Questions.atTerminal(err);
    try (KubernetesClient client = connection.open()) {
      Surroundings around = around(client, name, questions);
      PolicyDraft draft = PolicyDraft.of(seen(client, around, questions));
      check(draft);
      draft.notes().forEach(err::println);
      spec.commandLine().getOut().print(draft.text());
      spec.commandLine().getOut().flush();
    }
    return Exit.SUCCEEDED;
  }

  private Surroundings around(KubernetesClient client, String name, Questions questions)
      throws Failed, IOException {
    String where =
        Optional.ofNullable(namespace)
            .or(() -> Optional.ofNullable(client.getNamespace()))
            .orElse("default");
    try {
      return Surroundings.of(client, where, name);
    } catch (Failed unknown) {
      if (unknown.exit() != Exit.USAGE || namespace != null || !questions.somebody()) {
        throw unknown;
      }
      spec.commandLine().getErr().println(unknown.getMessage());
      String other =
          questions.ask(
              "In which namespace is it?",
              where,
              said -> Optional.of(said).filter(n -> NAMESPACE.matcher(n).matches()),
              where);
      return Surroundings.of(client, other, name);
    }
  }

  private static Seen seen(KubernetesClient client, Surroundings around, Questions questions)
      throws Failed, InterruptedException {
    String root = PolicyDraft.root(around);
    PodsAsked pods = new PodsAsked(client, around);
    List<Place> places = Places.of(around.deployment(), Monitors.places(client, around));
    Optional<Place> likely = places.stream().filter(p -> p.from() != Place.From.GUESS).findFirst();
    Interview interview = new Interview(questions);
    MetricsSeen metrics =
        interview.metrics(
            pods.ask(places, likely), place -> pods.ask(List.of(place), Optional.of(place)));
    GatewaySeen gateway = OperatorAsked.ask(client, around.namespace());
    return interview.choices(new Seen(around, metrics, gateway), root);
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
