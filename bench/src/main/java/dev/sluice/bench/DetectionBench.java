package dev.sluice.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.engine.world.PodSet;
import dev.sluice.local.driver.LocalActuator;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.LocalObserver;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.driver.NodeProcess;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.load.Users;
import dev.sluice.local.node.NodeConfig;
import dev.sluice.local.node.NodeMain;
import dev.sluice.local.node.Wire;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import dev.sluice.probes.metrics.Sought;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long users are hurt: seconds from the first bad response of a bad version to the last, at the
 * 1 % stage, real processes, a tick of 2 s. One line a run, then the median.
 *
 * <p>Arguments: the fault ({@code ERRORS}, {@code HANG}: half of the requests; {@code REFUSE}: no
 * connection is accepted from 8 s on), requests/s, runs, and for how many seconds stable is watched
 * before the first release: 120 unless said, the least that counts as history is 100; 0: nothing is
 * known of stable in any of the releases.
 */
public final class DetectionBench {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        route: { gateway: { httpRoutes: [{ name: orders }] } }
        strategy: { canary: { stages: [{ name: pre-heat, weight: 1, min: 10m }] } }
        drain: 1s
        analysis: { arm: Always }
      """;

  private final Path folder;
  private final NodeClient node;
  private final Map<String, String> fault;

  private DetectionBench(Path folder, NodeClient node, Map<String, String> fault) {
    this.folder = folder;
    this.node = node;
    this.fault = fault;
  }

  public static void main(String[] args) throws Exception {
    String kind = args.length > 0 ? args[0] : "ERRORS";
    double rate = args.length > 1 ? Double.parseDouble(args[1]) : 200;
    int runs = args.length > 2 ? Integer.parseInt(args[2]) : 30;
    Duration history = Duration.ofSeconds(args.length > 3 ? Integer.parseInt(args[3]) : 120);
    Map<String, String> fault =
        kind.equals("REFUSE") ? Map.of("REFUSE_AFTER", "8") : Map.of(kind, "0.5");
    Path folder = Files.createTempDirectory("sluice-detection");
    NodeConfig config =
        new NodeConfig(
            "orders",
            List.of("orders"),
            true,
            2,
            version("v0", Map.of()),
            Duration.ofMinutes(1),
            Map.of(),
            Sought.nothing(),
            0,
            Users.USUAL,
            0);
    NodeClient node = NodeProcess.start(folder, config, NodeMain.class);
    try {
      new DetectionBench(folder, node, fault).run(kind, rate, runs, history);
    } finally {
      NodeProcess.stop(folder);
    }
  }

  private void run(String kind, double rate, int runs, Duration history) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (node.world().sets().stream().mapToInt(PodSet::ready).sum() < 2) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("stable's pods do not become ready");
      }
      Thread.sleep(50);
    }
    node.load(rate);
    if (history.isPositive()) {
      try (JsonStore store = open()) {
        ControlLoop loop = loop(store);
        long known = System.nanoTime() + history.toNanos();
        var _ = loop.runUntil(_ -> System.nanoTime() > known);
        measure(kind, rate, runs, number -> release(loop, number));
      }
    } else {
      measure(
          kind,
          rate,
          runs,
          number -> {
            try (JsonStore store = open()) {
              return release(loop(store), number);
            }
          });
    }
  }

  /** Drives one release until it is over, and says of which set. */
  private interface Release {
    String drive(int number) throws Exception;
  }

  private void measure(String kind, double rate, int runs, Release release) throws Exception {
    double[] seconds = new double[runs];
    double[] hurt = new double[runs];
    for (int i = 0; i < runs; i++) {
      node.deploy(version("v" + (i + 1), fault));
      String hash = release.drive(i + 1);
      Accounts.OfSet set = node.accounts().sets().get(hash);
      if (set == null || set.firstBad().isEmpty() || set.lastBad().isEmpty()) {
        throw new IllegalStateException("nobody was hurt by " + hash + ": nothing was measured");
      }
      seconds[i] = Duration.between(set.firstBad().get(), set.lastBad().get()).toMillis() / 1000.0;
      hurt[i] = set.bad() + set.lost();
      System.out.printf(
          "%s at %.0f/s, run %d: %.1f s, %.0f hurt%n", kind, rate, i + 1, seconds[i], hurt[i]);
    }
    System.out.printf(
        "%s at %.0f/s, %d runs: median %.1f s (%.1f to %.1f), median %.0f hurt (%.0f to %.0f); lost by"
            + " the system %d of %d%n",
        kind,
        rate,
        runs,
        Quantile.of(seconds, 0.5),
        Quantile.of(seconds, 0),
        Quantile.of(seconds, 1),
        Quantile.of(hurt, 0.5),
        Quantile.of(hurt, 0),
        Quantile.of(hurt, 1),
        node.accounts().failedBySystem(),
        node.accounts().sent());
  }

  private JsonStore open() throws IOException {
    return JsonStore.open(folder.resolve("state.json"));
  }

  /** One that only retreats is aborted by hand. */
  private ControlLoop loop(JsonStore store) throws IOException {
    LocalObserver observer = new LocalObserver(node);
    Set<String> told = new HashSet<>();
    return new ControlLoop(
        "orders",
        spec(),
        new ControlLoop.Ports(
            observer, new LocalActuator(node, observer), new LocalEvidence(node), store),
        Settings.defaults(),
        ControlLoop.Clockwork.real(),
        decided -> {
          String release = decided.release().orElse("");
          if (decided.condition() == Condition.RETREATED && told.add(release)) {
            abort(release);
          }
        });
  }

  private static String release(ControlLoop loop, int number) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Saved saved =
        loop.runUntil(
            s ->
                (s.memory().number() == number && s.memory().running().isEmpty())
                    || System.nanoTime() > end);
    Run run = saved.memory().run().orElseThrow();
    if (!run.phase().ended()) {
      throw new IllegalStateException("it was not stopped in time: " + saved.reason());
    }
    return run.versions().hash();
  }

  private void abort(String release) {
    try {
      node.command(release, Action.ABORT, Optional.empty(), "bench", Set.of(), "it has retreated");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Spec spec() {
    if (!(Manifest.read(POLICY) instanceof Parsed.Ok<Manifest>(Manifest manifest))
        || !(manifest.objects().getFirst() instanceof ReleasePolicy policy)) {
      throw new IllegalStateException("the bench's own policy is wrong");
    }
    return Resolved.of(policy, manifest, Spec.Route.FULL, new Problems()).spec();
  }

  private static ObjectNode version(String version, Map<String, String> fault) {
    Path target = Path.of("samples/order-service/target").toAbsolutePath();
    ObjectNode template = Wire.json().createObjectNode();
    ArrayNode command = template.putArray("command");
    command
        .add(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .add("-Xmx64m")
        .add("-XX:+UseSerialGC")
        .add("-XX:TieredStopAtLevel=1")
        .add("-cp")
        .add(target.resolve("classes") + ":" + target.resolve("lib") + "/*")
        .add("dev.sluice.sample.orders.OrderService");
    ObjectNode env = template.putObject("env");
    env.put("VERSION", version).put("GRACE", "500").put("SLUICE_DIE_WITH_PARENT", "true");
    fault.forEach(env::put);
    return template;
  }
}
