package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Pages;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Follows the policies of a cluster until it is stopped. */
@Command(
    name = "operator",
    description =
        "Follows the ReleasePolicies of a cluster, or of one namespace, until it is stopped.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice operator",
      "  sluice operator --namespace shop --gateway-metrics http://envoy.edge:8002/stats/prometheus",
      "  sluice operator --prometheus http://prometheus.monitoring:9090"
    })
public final class OperatorCommand implements Callable<Integer> {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** Between these: not all operators of an API server at once when it is back. */
  private static final Duration ASK_SOONEST = Duration.ofMillis(500);

  private static final Duration ASK_LATEST = Duration.ofMillis(1500);

  /** One that is never answered leaves time for another before the lease has to be given up. */
  private static final Duration LEASE_ANSWER = Duration.ofSeconds(3);

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Whose policies are followed. Default: those of all namespaces.")
  private @Nullable String namespace;

  @Option(
      names = "--gateway-metrics",
      paramLabel = "URL",
      description =
          "Where a gateway says what it sent to each Service, in Prometheus' format. May be given"
              + " several times, once for each gateway process.")
  private List<URI> gateways = new ArrayList<>();

  @Mixin private PrometheusOptions prometheus;

  @Option(
      names = "--lease-namespace",
      paramLabel = "NAME",
      description =
          "Where the lease is by which only one of several operators works. Default: ${DEFAULT-VALUE}.",
      defaultValue = "sluice-system")
  private String leaseNamespace;

  @Option(
      names = "--identity",
      paramLabel = "NAME",
      description =
          "Under which name it holds the lease. Given the pod's own name, a container that is started"
              + " again goes on at once; no two processes may have the same. Default: a name that"
              + " nobody else has.")
  private @Nullable String identity;

  @Option(
      names = "--listen",
      paramLabel = "[ADDRESS]:PORT",
      description =
          "Where /livez, /readyz and /metrics are; none: nowhere. Default: ${DEFAULT-VALUE}, on all"
              + " addresses.",
      defaultValue = ":8080")
  private String listen;

  @Spec private CommandSpec spec;

  /** Why the API server did not answer, as it was said last. */
  private String said = "";

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public OperatorCommand() {}

  @Override
  public Integer call() throws Failed, InterruptedException, IOException {
    Telemetry telemetry = new Telemetry();
    Optional<InetSocketAddress> address = Listen.at(listen, spec.commandLine());
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop, stopped), "end"));
    try (Pages _ = address.isPresent() ? Pages.listen(address.get(), telemetry) : null;
        KubernetesClient client =
            connection.open(
                b -> b.addOrReplaceInterceptor("requests", telemetry.requests()),
                why -> waits(why, stop))) {
      return lead(client, stop, telemetry);
    } finally {
      stopped.countDown();
    }
  }

  /**
   * An API server that is away is waited for: whoever ends is started again later and later, and
   * would not be there when it is back.
   */
  private boolean waits(String why, CountDownLatch stop) {
    if (!why.equals(said)) {
      said = why;
      say(why);
    }
    long millis =
        ThreadLocalRandom.current().nextLong(ASK_SOONEST.toMillis(), ASK_LATEST.toMillis());
    try {
      return !stop.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void say(String sentence) {
    spec.commandLine().getErr().println(sentence);
  }

  /** Asked to end, it ends the round that is under way first; everything stands as it is then. */
  private static void end(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      var _ = stopped.await(RENEW.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Works while the lease is its own. */
  private int lead(KubernetesClient client, CountDownLatch stop, Telemetry telemetry)
      throws Failed, InterruptedException {
    String holder = identity == null ? "sluice-" + UUID.randomUUID() : identity;
    try (KubernetesClient ofTheLease =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(client.getConfiguration())
                    .withRequestTimeout((int) LEASE_ANSWER.toMillis())
                    .build())
            .build()) {
      return lead(client, ofTheLease, holder, stop, telemetry);
    }
  }

  private int lead(
      KubernetesClient client,
      KubernetesClient ofTheLease,
      String holder,
      CountDownLatch stop,
      Telemetry telemetry)
      throws Failed, InterruptedException {
    CountDownLatch leads = new CountDownLatch(1);
    CompletableFuture<?> election =
        ofTheLease
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName("sluice")
                    .withLeaseDuration(LEASE)
                    .withRenewDeadline(RENEW)
                    .withRetryPeriod(RETRY)
                    .withReleaseOnCancel(true)
                    .withLock(new LeaseLock(leaseNamespace, "sluice", holder))
                    .withLeaderCallbacks(
                        new LeaderCallbacks(leads::countDown, () -> lost(stop), _ -> {}))
                    .build())
            .build()
            .start();
    telemetry.health().waits();
    while (!leads.await(1, TimeUnit.SECONDS)) {
      if (stop.getCount() == 0 || election.isDone()) {
        return Exit.UNREACHABLE;
      }
    }
    telemetry.leads(true);
    telemetry.health().leads();
    Operator operator = start(client, telemetry);
    try {
      stop.await();
    } finally {
      telemetry.leads(false);
      operator.close();
      election.cancel(true);
    }
    return Exit.SUCCEEDED;
  }

  /** Another one may lead by now; whoever starts this process again lets it wait for its turn. */
  private void lost(CountDownLatch stop) {
    if (stop.getCount() > 0) {
      say(
          "The lease %s/sluice could not be kept: another operator has it, or the API server did not answer for %d s. This one ends."
              .formatted(leaseNamespace, RENEW.toSeconds()));
    }
    stop.countDown();
  }

  private Operator start(KubernetesClient client, Telemetry telemetry)
      throws Failed, InterruptedException {
    try {
      return Operator.start(
          client,
          Optional.ofNullable(namespace),
          ClusterSources.reading(new ClusterSources.Elsewhere(gateways, prometheus.server())),
          Settings.defaults(),
          telemetry);
    } catch (TimeoutException | ExecutionException e) {
      throw new Failed(
          Exit.UNREACHABLE,
          "%s Is Sluice installed here, and may this account list it?".formatted(e.getMessage()));
    }
  }
}
