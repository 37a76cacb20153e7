package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.ShortDuration;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.operator.ReleaseRecord;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.run.ReleaseRun;
import dev.sluice.operator.run.RunEnd;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One release on a cluster where nothing is installed, as a job of a pipeline drives it. */
@Command(
    name = "run",
    description = {
      "Drives one release on a cluster to its end, with nothing installed there and your own rights:"
          + " get, list, watch and patch of what is released; create, patch and delete of its"
          + " ReplicaSets, of a Service, a budget and a pod beside it; a ConfigMap and a Lease named"
          + " sluice-POLICY.",
      "At the end all is as it was but for the new template; after an abort the old one is back.",
      "The old pods are not kept warm afterwards: nobody would be there to go back to them.",
      "Interrupted, it takes traffic back to stable and ends; killed, the same command goes on.",
      "Exit code: 0 succeeded, 1 it was taken back, 2 bad input, 3 held, timed out, or another run"
          + " has it, 4 the cluster could not be reached."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice run -f policy.yaml --set-image app=registry.example/orders:v2",
      "  sluice run -f policy.yaml -n shop --timeout 2h -o json > release.json"
    })
public final class RunCommand implements Callable<Integer> {
  @Mixin private Connection connection;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description = "The ReleasePolicy.")
  private Path file;

  @Option(
      names = "--set-image",
      paramLabel = "CONTAINER=IMAGE",
      description =
          "The new image of a container; may be given several times. Without it the Deployment must be"
              + " paused with its new template already.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Where the workload is. Default: as FILE says, else as the kubeconfig does.")
  private @Nullable String namespace;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "24h",
      description = "After which it turns back. Default: ${DEFAULT-VALUE}.")
  private String timeout;

  @Option(
      names = "--gateway-metrics",
      paramLabel = "URL",
      description =
          "Where a gateway says what it sent to each Service, in Prometheus' format. May be given"
              + " several times, once for each gateway process.")
  private List<URI> gateways = new ArrayList<>();

  @Option(
      names = "--through-api-server",
      description =
          "Pods are asked through the API server, for where their own addresses cannot be reached."
              + " Needs get on pods/proxy.")
  private boolean throughApiServer;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "yaml",
      description = "How the record of the release is printed: yaml or json. Default: yaml.")
  private Output output;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public RunCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    Duration within = within();
    Map<String, String> byContainer = byContainer();
    Manifest manifest = RunInput.manifest(file);
    RunProgress progress = new RunProgress(spec.commandLine().getErr());
    try (KubernetesClient client = connection.open()) {
      RunInput input =
          RunInput.of(
              file,
              manifest,
              Optional.ofNullable(namespace),
              Optional.ofNullable(client.getNamespace()).orElse("default"),
              RunInput::abilities);
      try (ReleaseRun run =
          new ReleaseRun(
              client,
              input.resolved(),
              input.workload(),
              byContainer,
              ClusterSources.reading(
                  ClusterSources.Elsewhere.gateways(gateways),
                  throughApiServer ? PodPages::throughApiServer : _ -> PodPages.direct()),
              (cluster, workload, writes) ->
                  Router.of(input.resolved().policy(), cluster, workload, writes),
              progress)) {
        AtomicBoolean asked = new AtomicBoolean();
        for (String signal : List.of("INT", "TERM")) {
          Signals.register(signal, () -> interrupted(run, asked, progress));
        }
        return told(run.run(within), input);
      } catch (KubernetesClientException e) {
        throw new Failed(
            Exit.UNREACHABLE,
            "The API server did not answer as it should: %s The same command goes on with the release."
                .formatted(e.getMessage()));
      }
    }
  }

  /** The first time everything goes back; the second time it ends at once. */
  private static void interrupted(ReleaseRun run, AtomicBoolean asked, RunProgress progress) {
    if (asked.getAndSet(true)) {
      Runtime.getRuntime().halt(Exit.FAILED);
    }
    progress.says(
        "Interrupted: traffic goes back to stable. Once more, and it ends at once and leaves all as it is.");
    run.stop(System.getProperty("user.name", "somebody"), "The run was interrupted.");
  }

  private int told(RunEnd end, RunInput input) throws Failed {
    PrintWriter err = spec.commandLine().getErr();
    return switch (end) {
      case RunEnd.Succeeded done -> printed(done.saved(), done.sentence(), input, Exit.SUCCEEDED);
      case RunEnd.TurnedBack back -> printed(back.saved(), back.sentence(), input, Exit.FAILED);
      case RunEnd.Held held -> printed(held.saved(), held.sentence(), input, Exit.HELD);
      case RunEnd.Nothing nothing -> {
        err.println(nothing.sentence());
        yield Exit.SUCCEEDED;
      }
      case RunEnd.NotBegun not -> throw new Failed(Exit.FAILED, not.sentence());
      case RunEnd.Refused refused -> throw new Failed(Exit.USAGE, refused.sentence());
      case RunEnd.Taken taken -> throw new Failed(Exit.HELD, taken.sentence());
      case RunEnd.Unfinished left -> throw new Failed(Exit.UNREACHABLE, left.sentence());
    };
  }

  private int printed(Saved saved, String sentence, RunInput input, int exit) {
    spec.commandLine().getErr().println(sentence);
    ReleaseRecord.of(
            input.resolved().policy(),
            input.plan(),
            saved,
            SavedVerdict.of(
                input.plan(), saved, Settings.defaults().tick(), OptionalDouble.empty()))
        .ifPresent(release -> spec.commandLine().getOut().println(output.of(release, sentence)));
    return exit;
  }

  private Duration within() {
    try {
      return ShortDuration.parse(timeout);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--timeout: " + e.getMessage(), e);
    }
  }

  private Map<String, String> byContainer() {
    Map<String, String> all = new HashMap<>();
    for (String one : images) {
      int equals = one.indexOf('=');
      if (equals < 1 || equals == one.length() - 1) {
        throw new ParameterException(
            spec.commandLine(),
            "--set-image is \"%s\": write CONTAINER=IMAGE, like app=orders:v2".formatted(one));
      }
      all.put(one.substring(0, equals), one.substring(equals + 1));
    }
    return all;
  }
}
