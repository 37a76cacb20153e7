package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.api.PolicyCheck;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.Workload;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.evidence.ObservedPod;
import dev.sluice.kubernetes.evidence.Pins;
import dev.sluice.kubernetes.evidence.PodChecks;
import dev.sluice.kubernetes.evidence.PodEvidence;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.probes.gateway.GatewayReader;
import dev.sluice.probes.metrics.Sought;
import dev.sluice.probes.metrics.prometheus.Queries;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is counted on a real cluster behind a real Envoy is what users got. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class GatewayEvidenceTest {
  private static final String NAMESPACE = "evidence";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int STABLE = 20;
  private static final int CANDIDATE = 2;

  /** A port of the host on which requests are taken and never answered. */
  private static final int HANGS = 18980;

  /** Whom each Service selects. */
  private static final Map<String, String> SERVICES =
      Map.of("root", "v1", "candidate", "v2", "refused", "v1", "hung", "hung");

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private final Visitors visitors = new Visitors(cluster.gateway().listener());

  @BeforeAll
  static void arrange() throws IOException {
    Kubelab kubelab = cluster.kubelab();
    String host = "10.77.%d.1".formatted(kubelab.options().cluster());
    hang(new ServerSocket(HANGS, 50, InetAddress.getByName(host)));
    try (InputStream in = GatewayEvidenceTest.class.getResourceAsStream("evidence.yaml")) {
      assertThat(in).isNotNull();
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      kubelab
          .admin()
          .load(
              new ByteArrayInputStream(yaml.replace("HOST", host).getBytes(StandardCharsets.UTF_8)))
          .create();
    }
    Await.until(
        "all pods ready",
        PATIENCE,
        () -> pods().stream().filter(ObservedPod::ready).count() == STABLE + CANDIDATE);
    Await.until("the split is served", PATIENCE, () -> once("/good", SECOND).equals("v2"));
    Await.until("the flip's route is served", PATIENCE, () -> once("/flip", SECOND).equals("v1"));
    Await.until("refusals are served", PATIENCE, () -> once("/refused", SECOND).equals("503"));
    Await.until(
        "timeouts are served", PATIENCE, () -> once("/hung", Duration.ofSeconds(5)).equals("504"));
  }

  @Test
  void each_request_of_a_split_is_counted_for_the_set_that_answered_it() throws Exception {
    PodEvidence evidence = evidence(PodPages.direct(), pins("root", "candidate"));
    EvidenceSource.Reading before = steady(evidence);
    List<Seen> looks = new ArrayList<>();
    boolean confirmed = false;
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      Thread load = Thread.ofVirtual().start(() -> visitors.load(users, "/good", 4000, 200));
      do {
        evidence.read(world());
        looks.add(new Seen(System.nanoTime(), visitors.answers()));
        confirmed |= evidence.served().filter(s -> s.confirms(Share.percent(10))).isPresent();
        LockSupport.parkNanos(SECOND.toNanos());
      } while (load.isAlive());
      Served served = evidence.served().orElseThrow();
      assertThat(confirmed).as("10 %%, at last in %s", served).isTrue();
      assertThat(served.confirms(Share.percent(20))).as("20 %% in %s", served).isFalse();
      Seen last = looks.getLast();
      Seen then = looks.get(looks.size() - 6);
      double rate = (last.answers() - then.answers()) * 1e9 / (last.at() - then.at());
      Traffic traffic = evidence.traffic();
      System.out.printf("split: %.0f answers/s, %s, %s%n", rate, traffic, served);
      assertThat(traffic.total().orElseThrow()).isCloseTo(rate, within(rate * 0.15));
      assertThat(traffic.candidate().orElseThrow()).isCloseTo(rate / 10, within(rate * 0.06));
    }
    EvidenceSource.Reading after = whole(evidence);
    System.out.printf("split: users got %s; edge %s%n", visitors.got(), after.edge());
    assertThat(visitors.got().keySet()).containsExactlyInAnyOrder("v1", "v2");
    for (String version : List.of("v1", "v2")) {
      double all = visitors.got().getOrDefault(version, 0);
      assertThat(since(before, after, version)).as(version).containsExactly(0.0, all);
      assertThat(answered(after, version) - answered(before, version))
          .as("what pods of %s counted", version)
          .isEqualTo(all);
    }
  }

  @Test
  void around_a_flip_no_request_is_counted_for_the_wrong_set() throws Exception {
    AtomicReference<Pins> pins = new AtomicReference<>(flipped("v1"));
    PodEvidence evidence = evidence(PodPages.direct(), () -> Objects.requireNonNull(pins.get()));
    EvidenceSource.Reading before = steady(evidence);
    long turned = 0;
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      Thread load = Thread.ofVirtual().start(() -> visitors.load(users, "/flip", 1500, 100));
      for (int look = 0; load.isAlive(); look++) {
        if (look == 5) {
          cluster
              .kubelab()
              .admin()
              .services()
              .inNamespace(NAMESPACE)
              .withName("flip")
              .edit(
                  s ->
                      new ServiceBuilder(s)
                          .editSpec()
                          .addToSelector("ver", "v2")
                          .endSpec()
                          .build());
          pins.set(flipped("v2"));
          evidence.routingChanged();
          turned = System.nanoTime();
        }
        evidence.read(world());
        LockSupport.parkNanos(SECOND.toNanos());
      }
    }
    EvidenceSource.Reading after = evidence.read(world());
    System.out.printf("flip: users got %s; edge %s%n", visitors.got(), after.edge());
    // Who is sent to v1 when a gateway should have followed long ago is not told from v2's users.
    long late = visitors.gotAfter(turned + SECOND.toNanos(), "v1");
    double nobodys = 0;
    for (String version : List.of("v1", "v2")) {
      double all = visitors.got().getOrDefault(version, 0);
      double counted = since(before, after, version).get(1);
      assertThat(counted).as(version).isBetween(1.0, all + (version.equals("v2") ? late : 0));
      nobodys += all - counted;
    }
    assertThat(visitors.got().keySet()).containsExactlyInAnyOrder("v1", "v2");
    assertThat(nobodys).as("of 1500, in two or three readings").isBetween(50.0, 500.0);
  }

  @Test
  void a_refused_request_is_counted_as_bad_once() throws Exception {
    PodEvidence evidence = evidence(PodPages.direct(), pins("refused"));
    EvidenceSource.Reading before = steady(evidence);
    visitors.together(100, "/refused", Duration.ofSeconds(5));
    assertThat(visitors.got()).containsOnly(Map.entry("503", 100));
    assertThat(since(before, evidence.read(world()), "v1")).containsExactly(100.0, 100.0);
  }

  @Test
  void a_request_that_hangs_is_counted_as_bad_once_whoever_loses_patience() throws Exception {
    PodEvidence evidence = evidence(PodPages.direct(), pins("hung"));
    EvidenceSource.Reading before = steady(evidence);
    visitors.together(30, "/hung", Duration.ofSeconds(5));
    assertThat(visitors.got()).containsOnly(Map.entry("504", 30));
    visitors.together(20, "/hung", Duration.ofMillis(700));
    assertThat(visitors.got()).containsOnly(Map.entry("504", 30), Map.entry("none", 20));
    Await.until(
        "50 counted",
        Duration.ofSeconds(10),
        () -> {
          try {
            return since(before, evidence.read(world()), "hung").equals(List.of(50.0, 50.0));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
    assertThat(since(before, evidence.read(world()), "hung"))
        .as("and not again later")
        .containsExactly(50.0, 50.0);
  }

  @Test
  void twenty_pods_are_read_within_a_second_directly_and_through_the_api_server() throws Exception {
    for (PodPages way :
        List.of(PodPages.direct(), PodPages.throughApiServer(cluster.kubelab().admin()))) {
      PodEvidence evidence = evidence(way, new Pins(Map.of(), Optional.empty()));
      long[] took = new long[10];
      int whole = 0;
      for (int i = 0; i < took.length; i++) {
        long start = System.nanoTime();
        EvidenceSource.Reading reading = evidence.read(world());
        took[i] = (System.nanoTime() - start) / 1_000_000;
        assertThat(reading.pods().stream().filter(p -> p.hash().equals("v1"))).hasSize(20);
        whole += evidence.missing().isEmpty() ? 1 : 0;
      }
      // The first look connects, and one may meet a machine that stands still.
      assertThat(whole).as("%s", way).isGreaterThanOrEqualTo(took.length - 2);
      Arrays.sort(took);
      System.out.printf(
          "%s: 22 pods in %d ms (median), %d ms (most)%n",
          way.getClass().getSimpleName(), took[5], took[9]);
    }
  }

  @Test
  void a_check_asks_a_ready_pod_of_the_set_by_either_way() throws InterruptedException {
    for (PodPages way :
        List.of(PodPages.direct(), PodPages.throughApiServer(cluster.kubelab().admin()))) {
      asksAReadyPod(new PodChecks(GatewayEvidenceTest::pods, way));
    }
  }

  private static void asksAReadyPod(PodChecks checks) throws InterruptedException {
    assertThat(ask(checks, "GET", OptionalInt.empty())).isEqualTo(new CheckResult.Passed());
    assertThat(ask(checks, "HEAD", OptionalInt.empty())).isEqualTo(new CheckResult.Passed());
    assertThat(ask(checks, "GET", OptionalInt.of(9))).isInstanceOf(CheckResult.Failed.class);
  }

  private static CheckResult ask(PodChecks checks, String method, OptionalInt port)
      throws InterruptedException {
    PolicyCheck.Http http =
        new PolicyCheck.Http(
            "/readyz", 200, port, method, List.of(), Optional.empty(), Optional.empty(), 1);
    return checks.run(http, Duration.ofSeconds(2), "v2");
  }

  /** What users had got at a moment. */
  private record Seen(long at, int answers) {}

  /** Reads until what is counted is attributed. */
  private EvidenceSource.Reading steady(PodEvidence evidence) throws IOException {
    evidence.read(world());
    for (int i = 0; i < 2; i++) {
      LockSupport.parkNanos(Duration.ofMillis(1100).toNanos());
      evidence.read(world());
    }
    return whole(evidence);
  }

  /** With the page of each pod. */
  private static EvidenceSource.Reading whole(PodEvidence evidence) {
    return Await.some(
        "all pages are read",
        Duration.ofSeconds(30),
        () -> {
          try {
            EvidenceSource.Reading reading = evidence.read(world());
            return evidence.missing().isEmpty() ? Optional.of(reading) : Optional.empty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String once(String path, Duration patience) {
    return new Visitors(cluster.gateway().listener()).once(path, patience);
  }

  private static void hang(ServerSocket socket) {
    Thread.ofVirtual()
        .start(
            () -> {
              List<Socket> open = new ArrayList<>();
              try (socket) {
                while (true) {
                  open.add(socket.accept());
                }
              } catch (IOException e) {
                assertThat(open).isNotNull();
              }
            });
  }

  private static PodEvidence evidence(PodPages way, Pins pins) {
    return evidence(way, () -> pins);
  }

  private static PodEvidence evidence(PodPages way, Supplier<Pins> pins) {
    return new PodEvidence(
        GatewayEvidenceTest::pods,
        way,
        GatewayReader.of(
            pins.get().services().isEmpty() ? List.of() : List.of(cluster.gateway().stats())),
        Queries.none(),
        _ -> pins.get(),
        new PodEvidence.Settings(
            NAMESPACE,
            Optional.empty(),
            Sought.nothing(),
            PodEvidence.Settings.SAMPLE,
            OptionalDouble.empty()),
        InstantSource.system());
  }

  private static Pins flipped(String set) {
    return new Pins(Map.of("flip", set), Optional.of("v2"));
  }

  private static Pins pins(String... services) {
    Map<String, String> pins = new HashMap<>();
    for (String service : services) {
      pins.put(service, SERVICES.getOrDefault(service, ""));
    }
    return new Pins(pins, Optional.of("v2"));
  }

  private static List<ObservedPod> pods() {
    return cluster.kubelab().admin().pods().inNamespace(NAMESPACE).list().getItems().stream()
        .map(GatewayEvidenceTest::observed)
        .toList();
  }

  private static ObservedPod observed(Pod pod) {
    return new ObservedPod(
        NAMESPACE,
        pod.getMetadata().getName(),
        pod.getMetadata().getLabels().getOrDefault("ver", ""),
        Optional.ofNullable(pod.getStatus().getPodIP()),
        Readiness.isPodReady(pod),
        Instant.parse(pod.getMetadata().getCreationTimestamp()),
        Map.of(),
        List.of(8080),
        0);
  }

  /** Bad and all that a set was sent between two readings. */
  private static List<Double> since(
      EvidenceSource.Reading before, EvidenceSource.Reading after, String set) {
    List<Double> then = edge(before, set);
    List<Double> now = edge(after, set);
    return List.of(now.get(0) - then.get(0), now.get(1) - then.get(1));
  }

  private static List<Double> edge(EvidenceSource.Reading reading, String set) {
    return reading.edge().getOrDefault(set, RawCounters.Reading.rate(0, 0)).values();
  }

  private static double answered(EvidenceSource.Reading reading, String set) {
    return reading.pods().stream()
        .filter(pod -> pod.hash().equals(set))
        .mapToDouble(
            pod ->
                pod.metrics()
                    .getOrDefault("errors", RawCounters.Reading.rate(0, 0))
                    .values()
                    .getLast())
        .sum();
  }

  private static World world() {
    return new World(
        new Workload("t", STABLE, true, true, Set.of(), "1"),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        Traffic.unknown(),
        Optional.empty());
  }
}
