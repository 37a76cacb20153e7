package dev.sluice.cli.cluster;

import dev.sluice.api.Nearest;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.kubernetes.diagnose.Diagnosis;
import dev.sluice.kubernetes.diagnose.Examination;
import dev.sluice.kubernetes.diagnose.Examination.Asked;
import dev.sluice.kubernetes.diagnose.Examination.Target;
import dev.sluice.kubernetes.diagnose.Examined;
import dev.sluice.kubernetes.diagnose.Severity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is wrong, and what mends it. */
@Command(
    name = "doctor",
    description = {
      "Says what is wrong with Sluice on this cluster, with policies, or with what would be released, and"
          + " the command that mends it. It changes nothing, and looks by your own rights: what you may"
          + " not look at is said, and is never taken for fine.",
      "With --escape it prints how everything is taken back with kubectl alone, for when Sluice is gone.",
      "Exit code: 0 nothing that blocks, 1 something blocks, 2 there is no such thing, 4 the cluster"
          + " cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice doctor",
      "  sluice doctor -A -o json",
      "  sluice doctor order-service -n shop",
      "  sluice doctor deployment/order-service -n shop   # what would keep it from being released",
      "  sluice doctor order-service -n shop --escape"
    })
public final class DoctorCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "a policy, or deployment/NAME. Default: all policies")
  private @Nullable String name;

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Default: the one of the kubeconfig's context.")
  private @Nullable String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces that have a policy.")
  private boolean everywhere;

  @Option(
      names = "--escape",
      description = "Prints the way out without Sluice (docs/escape.md), as a script to be read.")
  private boolean escape;

  @Option(
      names = "--system",
      paramLabel = "NAME",
      defaultValue = "sluice-system",
      description = "The operator's own namespace. Default: ${DEFAULT-VALUE}.")
  private String system;

  @Mixin private Output.Choice output;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public DoctorCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    if (everywhere && (namespace != null || name != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "-A is all namespaces; a name, or -n, is of one: leave one of them out.");
    }
    Optional<Target> target = name == null ? Optional.empty() : Optional.of(target(name));
    try (KubernetesClient client = connection.open()) {
      Optional<String> where =
          everywhere
              ? Optional.empty()
              : Optional.of(
                  Optional.ofNullable(namespace).orElseGet(() -> ClusterScene.usual(client)));
      if (escape) {
        print(EscapePlan.of(client, where, target).script());
        return Exit.SUCCEEDED;
      }
      List<Diagnosis> all = diagnoses(client, new Asked(where, target, system));
      print(output.choice().of(Map.of("diagnoses", all), Report.of(all)));
      return all.stream().anyMatch(d -> d.severity() == Severity.BLOCKS)
          ? Exit.FAILED
          : Exit.SUCCEEDED;
    }
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
  }

  private static List<Diagnosis> diagnoses(KubernetesClient client, Asked asked)
      throws Failed, IOException {
    return switch (Examination.of(client, asked, Instant.now())) {
      case Examined.Done done -> done.diagnoses();
      case Examined.Unknown unknown -> throw unknown(unknown, asked);
      case Examined.Refused(String why) ->
          throw new Failed(
              Exit.UNREACHABLE,
              "%s Ask for the role sluice-viewer, which view has after sluice install."
                  .formatted(why));
    };
  }

  private static Failed unknown(Examined.Unknown unknown, Asked asked) {
    return new Failed(
        Exit.USAGE,
        "There is no %s %s in %s.%s"
            .formatted(
                unknown.what(),
                unknown.name(),
                asked.namespace().orElse("any namespace"),
                Nearest.of(unknown.name(), unknown.names())
                    .map(n -> " Did you mean " + n + "?")
                    .orElse("")));
  }

  static Target target(String name) throws Failed {
    int slash = name.indexOf('/');
    return switch (slash < 0 ? "policy" : name.substring(0, slash)) {
      case "policy", "policies", "releasepolicy", "releasepolicies", "rp" ->
          new Target.Policy(name.substring(slash + 1));
      default -> new Target.Workload(DeploymentName.of(name));
    };
  }
}
