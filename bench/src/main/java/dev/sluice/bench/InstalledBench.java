package dev.sluice.bench;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Kubelab;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What Sluice costs where it is installed: the operator in its image, as a pod brought by {@code
 * deploy/install.yaml}, from its process' begin until it is ready and in memory with {@code
 * POLICIES} (100) policies for as many Deployments of one pod; the program as it is packaged, warm,
 * asking that cluster. As root, after {@code make cluster package}.
 */
public final class InstalledBench {
  private static final Path DIST = Path.of("target", "dist");
  private static final String NAMESPACE = "sluice-system";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int STARTS = 7;
  private static final int CALLS = 21;
  private static final double MB = 1e6;
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: NAME, namespace: many }
      spec:
        workloadRef: { name: NAME }
        services: [NAME]
        strategy: { blueGreen: {} }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: NAME, namespace: many }
      spec: { selector: { app: NAME }, ports: [{ port: 80, targetPort: 8080 }] }
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: NAME, namespace: many }
      spec:
        replicas: 1
        selector: { matchLabels: { app: NAME } }
        template:
          metadata:
            labels: { app: NAME }
            annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080" }
          spec:
            containers:
              - name: order-service
                image: sluice.local/order-service:v1
                ports: [{ containerPort: 8080 }]
                readinessProbe: { httpGet: { path: /readyz, port: 8080 }, periodSeconds: 2 }
      """;

  private final KubernetesClient admin;

  private InstalledBench(KubernetesClient admin) {
    this.admin = admin;
  }

  public static void main(String[] args) throws Exception {
    int policies = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    Path image = DIST.resolve("sluice-image.tar");
    System.out.printf("image: %.0f MB to send%n", Files.size(image) / MB);
    Path program = unpacked();
    System.out.printf("version: %s%n", calls(program, Map.of(), "version"));
    try (Kubelab cluster = Kubelab.start(Kubelab.Options.SMALL)) {
      cluster.load(image);
      cluster.loadOrderService();
      InstalledBench bench = new InstalledBench(cluster.admin());
      bench.install();
      List<Double> ready = new ArrayList<>();
      for (int i = 0; i < STARTS; i++) {
        ready.add(bench.startsAnew());
      }
      System.out.printf("ready: %s s after its process began%n", spread(ready));
      System.out.printf("memory, no policy: %.0f MB%n", bench.memory());
      bench.adopt(policies);
      System.out.printf("memory, %d policies: %.0f MB%n", policies, bench.memory());
      System.out.printf(
          "ready, %d policies: %.1f s after its process began%n", policies, bench.startsAnew());
      Map<String, String> there = Map.of("KUBECONFIG", cluster.kubeconfig().toString());
      System.out.printf("get, one of them: %s%n", calls(program, there, "get", "p1", "-n", "many"));
      System.out.printf("get -A: %s%n", calls(program, there, "get", "-A"));
    }
  }

  /** One replica: it is the one that leads. */
  private void install() throws IOException {
    apply(Files.readString(Path.of("deploy", "install.yaml")));
    admin.apps().deployments().inNamespace(NAMESPACE).withName("sluice").scale(1);
    Await.until("one operator is there", PATIENCE, () -> operators().size() == 1);
    Await.until("it is ready", PATIENCE, this::isReady);
  }

  private void apply(String yaml) {
    for (String document : yaml.split("(?m)^---$", -1)) {
      if (document.contains("kind:")) {
        admin
            .resource(
                admin
                    .getKubernetesSerialization()
                    .unmarshal(document, GenericKubernetesResource.class))
            .forceConflicts()
            .serverSideApply();
      }
    }
  }

  /** Seconds from the begin of a new pod's process to its first 200. */
  private double startsAnew() {
    Pod old = operators().getFirst();
    Instant asked = Instant.now();
    admin.resource(old).withGracePeriod(0).delete();
    Await.until(
        "a new pod has an address",
        PATIENCE,
        () ->
            operators().stream().anyMatch(p -> isNew(p, old) && p.getStatus().getPodIP() != null));
    Await.until("it is ready", PATIENCE, this::isReady);
    Instant ready = Instant.now();
    Instant began = process(asked).info().startInstant().orElseThrow();
    return Duration.between(began, ready).toMillis() / 1e3;
  }

  private static boolean isNew(Pod pod, Pod old) {
    return !pod.getMetadata().getUid().equals(old.getMetadata().getUid());
  }

  private List<Pod> operators() {
    return admin
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", "sluice")
        .list()
        .getItems();
  }

  private boolean isReady() {
    Optional<String> address =
        operators().stream()
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .map(p -> p.getStatus().getPodIP())
            .filter(ip -> ip != null)
            .findFirst();
    return address.isPresent() && answers(URI.create("http://" + address.get() + ":8080/readyz"));
  }

  private static boolean answers(URI page) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(1)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // nobody listens yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The pod's, as this host sees it; one that began after that moment. */
  private static ProcessHandle process(Instant after) {
    return ProcessHandle.allProcesses()
        .filter(
            p ->
                p.info()
                    .commandLine()
                    .filter(c -> c.contains("/app/lib/sluice-cli.jar"))
                    .isPresent())
        .filter(p -> p.info().startInstant().filter(after::isBefore).isPresent())
        .findFirst()
        .orElseThrow();
  }

  /** Megabytes that are resident. */
  private double memory() throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", "" + process(Instant.EPOCH).pid(), "status"))) {
      return lines
          .filter(l -> l.startsWith("VmRSS:"))
          .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", "")) * 1024 / MB)
          .findFirst()
          .orElseThrow();
    }
  }

  private void adopt(int policies) {
    apply("apiVersion: v1\nkind: Namespace\nmetadata: { name: many }\n");
    IntStream.rangeClosed(1, policies).forEach(i -> apply(POLICY.replace("NAME", "p" + i)));
    Await.until("all their pods are ready", PATIENCE, () -> ready() == policies);
    Await.until("all are adopted", PATIENCE, () -> adopted() == policies);
  }

  private long ready() {
    return admin.apps().deployments().inNamespace("many").list().getItems().stream()
        .map(Deployment::getStatus)
        .filter(s -> Integer.valueOf(1).equals(s.getReadyReplicas()))
        .count();
  }

  private int adopted() {
    return admin
        .apps()
        .deployments()
        .inNamespace("many")
        .withLabel("sluice.dev/policy")
        .list()
        .getItems()
        .size();
  }

  private static Path unpacked() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("sluice-bench-");
    try (Stream<Path> files = Files.list(DIST)) {
      Path archive = files.filter(f -> f.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
      run(Map.of(), List.of("tar", "-xzf", archive.toString(), "-C", folder.toString()));
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.findFirst().orElseThrow().resolve("bin/sluice");
    }
  }

  private static String calls(Path program, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    run(environment, command);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      run(environment, command);
      seconds.add((System.nanoTime() - began) / 1e9);
    }
    return spread(seconds) + " s";
  }

  private static void run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed");
    }
  }

  private static String spread(List<Double> all) {
    double[] values = all.stream().mapToDouble(Double::doubleValue).toArray();
    return "median %.2f (%.2f to %.2f)"
        .formatted(Quantile.of(values, 0.5), Quantile.of(values, 0), Quantile.of(values, 1));
  }
}
