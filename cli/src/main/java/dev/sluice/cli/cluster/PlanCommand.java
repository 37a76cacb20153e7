package dev.sluice.cli.cluster;

import dev.sluice.api.Percent;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.Resolved;
import dev.sluice.api.ShortDuration;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.plan.Counters;
import dev.sluice.cli.plan.PlanOf;
import dev.sluice.cli.plan.PlanText;
import dev.sluice.cli.plan.PlanView;
import dev.sluice.engine.forecast.Load;
import dev.sluice.engine.forecast.Situation;
import dev.sluice.engine.model.Spec;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.plan.Around;
import dev.sluice.kubernetes.plan.Beginning;
import dev.sluice.kubernetes.plan.Need;
import dev.sluice.kubernetes.plan.Obstacle;
import dev.sluice.kubernetes.plan.Obstacles;
import dev.sluice.kubernetes.plan.TodaysTraffic;
import dev.sluice.kubernetes.plan.Unseen;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** A release before it begins: what it would do, what stands in its way, what would be seen. */
@Command(
    name = "plan",
    description = {
      "Says what a release would do before it begins: each write and when, the pods that it needs, what"
          + " stands in its way, and what the evidence would see at today's traffic. It changes nothing.",
      "The Deployment's template as it is now stands for the new one.",
      "Exit code: 0 nothing blocks it, 1 something does, 2 bad input, 4 no right to look, or the cluster"
          + " cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice plan",
      "  sluice plan order-service -n shop --requests-per-second 200",
      "  sluice plan -f release.yaml -o json",
      "  sluice plan -f release.yaml --offline --replicas 10 --requests-per-second 200"
    })
public final class PlanCommand implements Callable<Integer> {
  /** Where nobody knows how long a pod takes. */
  private static final Duration READY = Duration.ofSeconds(10);

  /** Stable's errors, where nobody knows them: one in a thousand. */
  private static final double ERRORS = 0.001;

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final int MOST_REPLICAS = 100_000;
  private static final double MOST_REQUESTS = 1e8;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "a policy; else the only one")
  private @Nullable String name;

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Default: as FILE says, else the one of the kubeconfig's context.")
  private @Nullable String namespace;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A policy that is not on the cluster.")
  private @Nullable Path file;

  @Option(names = "--offline", description = "No cluster is asked; needs --file and --replicas.")
  private boolean offline;

  @Option(names = "--replicas", paramLabel = "N", description = "Instead of the Deployment's.")
  private @Nullable Integer replicas;

  @Option(
      names = "--requests-per-second",
      paramLabel = "R",
      description = "Instead of what the pods count now.")
  private @Nullable Double requests;

  @Option(
      names = "--errors",
      paramLabel = "PERCENT",
      description = "Share of stable's answers that fail, instead of what the pods count now.")
  private @Nullable String errors;

  @Option(
      names = "--pods-ready",
      paramLabel = "DURATION",
      description = "Until a pod is ready. Default: as those that run took.")
  private @Nullable String podsReady;

  @Option(
      names = "--gateway-metrics",
      paramLabel = "URL",
      description =
          "Where a gateway says what it sent to each Service, in Prometheus' format. May be given"
              + " several times, once for each gateway process. Default: none is read here; whether"
              + " the operator reads one is looked up in its Deployment.")
  private List<URI> gateways = new ArrayList<>();

  @Mixin private Output.Choice output;
  @picocli.CommandLine.Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public PlanCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    check();
    var _ = share();
    PlanView plan = offline ? offline() : online();
    spec.commandLine().getOut().println(output.choice().of(plan, PlanText.of(plan)));
    return plan.blocks().isEmpty() ? Exit.SUCCEEDED : Exit.FAILED;
  }

  private void check() {
    if (file != null && name != null) {
      throw wrong("NAME is a policy on the cluster and --file one that is not: leave one out.");
    }
    if (offline && (file == null || replicas == null)) {
      throw wrong("--offline needs the policy and the Deployment's size: --file and --replicas.");
    }
    if (offline && (connection.isNamed() || !gateways.isEmpty())) {
      throw wrong(
          "--offline asks nobody: leave --context, --kubeconfig and --gateway-metrics out.");
    }
    if (replicas != null && (replicas < 1 || replicas > MOST_REPLICAS)) {
      throw wrong("--replicas is 1 to %d, not %d.".formatted(MOST_REPLICAS, replicas));
    }
    if (requests != null && !(requests >= 0 && requests <= MOST_REQUESTS)) {
      throw wrong("--requests-per-second is 0 to %.0f, not %s.".formatted(MOST_REQUESTS, requests));
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private PlanView offline() throws Failed {
    PlanInput input =
        PlanInput.of(
            Optional.ofNullable(file).orElseThrow(), Optional.ofNullable(namespace), "default");
    Workload workload = Workload.of(input.policy());
    Problems problems = new Problems();
    Resolved resolved = Resolved.of(input.policy(), input.among(), Spec.Route.FULL, problems);
    PlanOf plan =
        new PlanOf(
            resolved,
            workload,
            new Situation(
                workload.policy(),
                resolved.spec(),
                Optional.ofNullable(replicas).orElse(1),
                workload.services(),
                ready(Optional.empty()),
                given(false)));
    return plan.with(
        wrong(problems),
        Optional.empty(),
        new Counters("as given", Counters.NONE_NAMED),
        List.of("A cluster, as asked for: what stands in the way there is not known."));
  }

  private PlanView online() throws Failed, IOException, InterruptedException {
    try (KubernetesClient client = connection.open()) {
      return online(client);
    } catch (KubernetesClientException e) {
      throw new Failed(
          Exit.UNREACHABLE,
          "The API server did not answer as it should: %s".formatted(Asking.said(e)));
    }
  }

  private PlanView online(KubernetesClient client)
      throws Failed, IOException, InterruptedException {
    String usual = ClusterScene.usual(client);
    Optional<String> here = Optional.ofNullable(namespace);
    PlanInput read =
        file != null
            ? PlanInput.of(file, here, usual)
            : PlanInput.of(client, Optional.ofNullable(name), here.orElse(usual));
    PlanInput input = read.withTemplatesOf(new Standings(client));
    Workload workload = Workload.of(input.policy());
    Unseen unseen = new Unseen();
    try (Cluster cluster = Cluster.atOnce(client, workload, unseen::add)) {
      Deployment deployment = deployment(cluster, workload, unseen);
      Beginning beginning = Beginning.of(input.policy(), cluster, workload, unseen);
      Problems problems = new Problems();
      Spec.Route abilities =
          workload.route().isPresent() && beginning.routeIsKnown()
              ? beginning.abilities()
              : Spec.Route.FULL;
      Resolved resolved = Resolved.of(input.policy(), input.among(), abilities, problems);
      GatewaySeen gateway = gateway(client, workload);
      Counted counted = counted(beginning, resolved, gateway, unseen);
      PlanOf plan =
          new PlanOf(
              resolved,
              workload,
              new Situation(
                  workload.policy(),
                  resolved.spec(),
                  size(deployment),
                  beginning.entryPoints(),
                  ready(beginning.podsReady()),
                  counted.load()));
      Need need = Need.of(workload, deployment, plan.earliest());
      List<Obstacle> obstacles = new ArrayList<>(wrong(problems));
      obstacles.addAll(
          Obstacles.of(
              need, cluster, Around.of(client, workload, unseen), beginning.refusals(), unseen));
      input
          .runs()
          .ifPresent(
              release ->
                  obstacles.add(
                      new Obstacle(
                          false,
                          "%s is under way; a new template now would end it and be released itself."
                              .formatted(release))));
      String asking = need.perPod().words(need.more());
      return plan.with(
          obstacles,
          asking.isEmpty() ? Optional.empty() : Optional.of(asking),
          new Counters(counted.source(), noGateway(gateway)),
          unseen.sentences());
    }
  }

  /** Without what every plan is of there is none. */
  private static Deployment deployment(Cluster cluster, Workload workload, Unseen unseen)
      throws Failed {
    if (unseen.any("Deployment", "ReplicaSet", "Service", "Pod")) {
      KubernetesClientException why = unseen.first().orElseThrow();
      throw Asking.no(why.getCode(), Asking.said(why))
          .orElseGet(
              () ->
                  new Failed(
                      Exit.UNREACHABLE,
                      "What is in %s was not read: %s."
                          .formatted(workload.namespace(), Asking.said(why))));
    }
    return cluster
        .deployments()
        .get(workload.namespace(), workload.deployment())
        .orElseThrow(
            () ->
                new Failed(
                    Exit.FAILED,
                    "There is no Deployment %s in %s; the policy names it."
                        .formatted(workload.deployment(), workload.namespace())));
  }

  private int size(Deployment deployment) {
    return Optional.ofNullable(replicas)
        .or(() -> Optional.ofNullable(deployment.getSpec().getReplicas()))
        .filter(n -> n > 0)
        .orElse(1);
  }

  private static List<Obstacle> wrong(Problems problems) {
    return problems.list().stream()
        .map(Problem::toString)
        .map(s -> new Obstacle(true, "The policy: " + s + (s.endsWith("?") ? "" : ".")))
        .toList();
  }

  private record Counted(Optional<Load> load, String source) {}

  /** The operator judges by what it was told of, whether it is named here or not. */
  private GatewaySeen gateway(KubernetesClient client, Workload workload) {
    if (!gateways.isEmpty()) {
      return new GatewaySeen.Said();
    }
    return workload.route().isPresent()
        ? OperatorAsked.ask(client, workload.namespace())
        : new GatewaySeen.NotTold();
  }

  private static String noGateway(GatewaySeen gateway) {
    return switch (gateway) {
      case GatewaySeen.Said _, GatewaySeen.Told _ ->
          "no gateway that is named counts what goes to these Services";
      case GatewaySeen.NotTold _ ->
          "the operator was not told where a gateway's metrics are (--gateway-metrics, in the chart"
              + " gatewayMetrics)";
      case GatewaySeen.Unknown(String why) ->
          "%s, and whether the operator was told of some could not be seen (%s)"
              .formatted(Counters.NONE_NAMED, why);
    };
  }

  private Counted counted(
      Beginning beginning, Resolved resolved, GatewaySeen gateway, Unseen unseen)
      throws Failed, InterruptedException {
    boolean told = gateway instanceof GatewaySeen.Told;
    Optional<Load> given = given(told || !gateways.isEmpty());
    if (given.isPresent()) {
      return new Counted(given, "as given");
    }
    try {
      TodaysTraffic.Seen seen = beginning.traffic(resolved, gateways).twice(BETWEEN_LOOKS);
      double bad = Optional.ofNullable(share()).orElse(seen.errors());
      return new Counted(
          Optional.of(new Load(seen.requestsPerSecond(), bad, told || seen.gateway(), true)),
          "two looks at the %s' own counters, %s apart%s"
              .formatted(
                  seen.gateway() ? "gateway's and the pods" : "pods",
                  ShortDuration.format(BETWEEN_LOOKS),
                  told ? "; the operator reads a gateway's, too" : ""));
    } catch (IOException e) {
      unseen.add(
          "Today's traffic: %s. Say it with --requests-per-second, or ask for the verb get on"
                  .formatted(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""))
              + " pods/proxy.");
      return new Counted(Optional.empty(), "");
    }
  }

  /**
   * @param gateway whether a gateway's counters are judged, too
   */
  private Optional<Load> given(boolean gateway) throws Failed {
    if (requests == null) {
      return Optional.empty();
    }
    Double share = share();
    return Optional.of(new Load(requests, share == null ? ERRORS : share, gateway, true));
  }

  private @Nullable Double share() throws Failed {
    if (errors == null) {
      return null;
    }
    try {
      return Percent.parse(errors).fraction();
    } catch (IllegalArgumentException e) {
      throw new Failed(Exit.USAGE, "--errors: " + e.getMessage() + ".");
    }
  }

  private Duration ready(Optional<Duration> measured) throws Failed {
    if (podsReady == null) {
      return measured.orElse(READY);
    }
    try {
      return ShortDuration.parse(podsReady);
    } catch (IllegalArgumentException e) {
      throw new Failed(Exit.USAGE, "--pods-ready: " + e.getMessage() + ".");
    }
  }
}
