package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Release;
import dev.sluice.api.ShortDuration;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.Untold;
import dev.sluice.cli.judge.RecordOption;
import dev.sluice.cli.judge.Recorder;
import dev.sluice.cli.pipeline.JunitReport;
import dev.sluice.cli.pipeline.PipelineLog;
import dev.sluice.engine.model.Stage;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.operator.Listener;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
      "  sluice run -f policy.yaml -n shop --timeout 2h -o json > release.json",
      "  sluice run -f policy.yaml --set-image app=registry.example/orders:v2 --junit release.xml",
      "  sluice run -f policy.yaml --set-image app=registry.example/orders:v2 --record release.jsonl"
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

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description =
          "Where the release is written as a report of tests: a case for each step that it came to.")
  private @Nullable Path junit;

  @Mixin private RecordOption record;

  @Option(
      names = "--annotations",
      paramLabel = "SYSTEM",
      description =
          "Whose marks are in the log: github, gitlab or none. Default: those of the system that runs"
              + " it.")
  private PipelineLog.Dialect annotations = PipelineLog.Dialect.of(System.getenv());

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public RunCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    Duration within = within();
    checkReport();
    Map<String, String> byContainer = byContainer();
    Manifest manifest = PolicyFile.manifest(file);
    PrintWriter err = spec.commandLine().getErr();
    RunProgress progress = new RunProgress(err);
    PipelineLog log = new PipelineLog(annotations, err, InstantSource.system());
    try (KubernetesClient client = connection.open()) {
      RunInput input =
          RunInput.of(
              file,
              manifest,
              Optional.ofNullable(namespace),
              Optional.ofNullable(client.getNamespace()).orElse("default"),
              RunInput::abilities);
      Untold.sentence("a run", input.resolved().policy().spec()).ifPresent(err::println);
      try (Recorder recorder =
              record.open(
                  file.toString(),
                  input.resolved(),
                  input.plan().spec(),
                  Settings.defaults().tick(),
                  progress::says);
          ReleaseRun run =
              new ReleaseRun(
                  client,
                  input.resolved(),
                  input.workload(),
                  byContainer,
                  ClusterSources.reading(
                      ClusterSources.Elsewhere.gateways(gateways).anywhere(),
                      throughApiServer ? PodPages::throughApiServer : _ -> PodPages.direct()),
                  (cluster, workload, writes) ->
                      Router.of(input.resolved().policy(), cluster, workload, writes),
                  Listener.all(log, progress, recorder))) {
        AtomicBoolean asked = new AtomicBoolean();
        for (String signal : List.of("INT", "TERM")) {
          Signals.register(signal, () -> interrupted(run, asked, progress));
        }
        return told(run.run(within), input, log);
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

  private int told(RunEnd end, RunInput input, PipelineLog log) throws Failed {
    int exit =
        switch (end) {
          case RunEnd.Succeeded _, RunEnd.Nothing _ -> Exit.SUCCEEDED;
          case RunEnd.TurnedBack _, RunEnd.NotBegun _ -> Exit.FAILED;
          case RunEnd.Held _, RunEnd.Taken _ -> Exit.HELD;
          case RunEnd.Refused _ -> Exit.USAGE;
          case RunEnd.Unfinished _ -> Exit.UNREACHABLE;
        };
    Optional<Release> release = released(end).flatMap(saved -> record(saved, input));
    Optional<String> failure =
        exit == Exit.SUCCEEDED ? Optional.empty() : Optional.of(end.sentence());
    log.ended(failure, end.sentence());
    report(release, input, failure);
    if (exit != Exit.SUCCEEDED && release.isEmpty()) {
      throw new Failed(exit, end.sentence());
    }
    spec.commandLine().getErr().println(end.sentence());
    release.ifPresent(r -> spec.commandLine().getOut().println(output.of(r, end.sentence())));
    return exit;
  }

  /** A report that cannot be written changes nothing about how the release ended. */
  private void report(Optional<Release> release, RunInput input, Optional<String> failure) {
    if (junit == null) {
      return;
    }
    String policy = input.resolved().policy().metadata().name();
    List<String> stages = input.plan().stages().stream().map(Stage::name).toList();
    try {
      Files.writeString(junit, JunitReport.of(policy, release, stages, failure));
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .printf("The report %s was not written: %s.%n", junit, e.getMessage());
    }
  }

  private static Optional<Saved> released(RunEnd end) {
    return switch (end) {
      case RunEnd.Succeeded done -> Optional.of(done.saved());
      case RunEnd.TurnedBack back -> Optional.of(back.saved());
      case RunEnd.Held held -> Optional.of(held.saved());
      case RunEnd.Nothing _,
          RunEnd.NotBegun _,
          RunEnd.Refused _,
          RunEnd.Taken _,
          RunEnd.Unfinished _ ->
          Optional.empty();
    };
  }

  private static Optional<Release> record(Saved saved, RunInput input) {
    return ReleaseRecord.of(
        input.resolved().policy(),
        input.plan(),
        saved,
        SavedVerdict.of(input.plan(), saved, Settings.defaults().tick(), OptionalDouble.empty()));
  }

  /** Before anything is released. */
  private void checkReport() {
    if (junit != null && !Files.isDirectory(junit.toAbsolutePath().resolveSibling("."))) {
      throw new ParameterException(
          spec.commandLine(), "--junit: there is no folder for %s".formatted(junit));
    }
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
