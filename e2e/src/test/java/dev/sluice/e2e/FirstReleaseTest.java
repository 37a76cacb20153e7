package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.e2e.Kubelab.Options;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody new, who has docs/guide/first-release.md and nothing else, on a bare cluster with a
 * service that knows nothing of Sluice: each block of commands as it stands there, with the time
 * that it took.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(900)
class FirstReleaseTest {
  private static final Path DIST = Repository.file("target/dist");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private static final String AROUND =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web }
      spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: web }
      spec:
        parentRefs: [{ name: edge, namespace: projectcontour }]
        rules:
          - matches: [{ path: { type: PathPrefix, value: /NS } }]
            filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]
            backendRefs: [{ name: web, port: 80 }]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 3
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec:
            terminationGracePeriodSeconds: 5
            containers:
              - name: app
                image: IMAGE
                imagePullPolicy: IfNotPresent
                COMMAND
                ports: [{ containerPort: 8080 }]
                readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
                resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 64Mi } }
      """;

  /** A service as it was before anybody thought of Sluice. */
  enum Kind {
    /** A program in Go with its own counters. */
    WITH_METRICS("kubelab.local/app:v1", "kubelab.local/app:v2", ""),
    /** A web server that shows none: the gateway is the only witness. */
    WITHOUT_METRICS(
        "kubelab.local/busybox:1",
        "kubelab.local/busybox:2",
        "command: [sh, -c, \"mkdir /tmp/www && echo v1 > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www\"]");

    final String first;
    final String second;
    final String command;

    Kind(String first, String second, String command) {
      this.first = first;
      this.second = second;
      this.command = command;
    }

    String namespace() {
      return this == WITH_METRICS ? "counted" : "plain";
    }
  }

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir private static Path folder;

  @ParameterizedTest
  @EnumSource
  void from_the_text_alone_within_ten_minutes(Kind kind) throws Exception {
    Kubectl admin = Kubectl.admin(cluster.kubelab(), kind.namespace());
    cluster.kubelab().load(DIST.resolve("sluice-image.tar"));
    cluster.kubelab().tag("kubelab.local/busybox:1", "kubelab.local/busybox:2");
    admin.run("create", "namespace", kind.namespace());
    admin.with(
        AROUND
            .replace("/NS", "/" + kind.namespace())
            .replace("IMAGE", kind.first)
            .replace("COMMAND", kind.command),
        "apply",
        "-f",
        "-");
    admin.run("rollout", "status", "deployment/web", "--timeout=90s");

    try (Counters counters = new Counters();
        ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor();
        Coming users =
            new Coming(cluster.gateway().listener(), crowd, "/" + kind.namespace() + "/")) {
      Path bin = program();
      long began = System.nanoTime();
      StringBuilder told = new StringBuilder();
      String yours =
          "set -euo pipefail; NS=%s DEPLOYMENT=web CONTAINER=app IMAGE=%s GATEWAY_METRICS=%s\n"
              .formatted(kind.namespace(), kind.second, counters.url());
      List<String> blocks = blocks();
      assertThat(blocks.getFirst()).startsWith("NS=shop DEPLOYMENT=web CONTAINER=app IMAGE=");
      for (String block : blocks.subList(1, blocks.size())) {
        long before = System.nanoTime();
        String said = run(yours + block, bin);
        told.append(
            "%6.1f s  %s%n"
                .formatted(
                    (System.nanoTime() - before) / 1e9,
                    block.lines().findFirst().orElse("").strip()));
        Files.writeString(
            Path.of("target", "e2e", "first-release-" + kind.namespace() + ".log"),
            "$ " + block + said + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
      Duration all = Duration.ofNanos(System.nanoTime() - began);
      System.out.printf("%s, %d s in all:%n%s", kind, all.toSeconds(), told);
      assertThat(all).isLessThan(TEN_MINUTES);
      assertThat(admin.run("get", "release/web-1", "-o", "jsonpath={.status.phase} {.status.hurt}"))
          .startsWith("Succeeded");
      assertThat(users.visitors.got().keySet()).as("nobody got an error").isSubsetOf("v1", "v2");
    } finally {
      admin.attempt("", "delete", "releasepolicies", "--all", "--timeout=60s");
      run("helm uninstall sluice -n sluice-system --wait --timeout 120s", Path.of("/"));
    }
  }

  private static List<String> blocks() throws IOException {
    return BLOCK
        .matcher(Files.readString(Repository.file("docs/guide/first-release.md")))
        .results()
        .map(r -> r.group(1))
        .toList();
  }

  /** The folder of the program, as it was packaged. */
  private static Path program() throws Exception {
    try (Stream<Path> files = Files.list(DIST)) {
      Path archive = files.filter(f -> f.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
      assertThat(
              new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                  .start()
                  .waitFor())
          .isZero();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(f -> f.getFileName().toString().startsWith("sluice-"))
          .findFirst()
          .orElseThrow()
          .resolve("bin");
    }
  }

  private static String run(String commands, Path bin) throws Exception {
    Path out = Files.createTempFile(folder, "said-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", commands)
            .directory(Repository.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    List<String> path = new ArrayList<>(List.of(bin.toString()));
    path.add(Kubelab.program("gitops").toString());
    path.add(Kubelab.program("bin").toString());
    path.add("/usr/bin:/bin");
    builder.environment().put("PATH", String.join(":", path));
    builder.environment().put("KUBECONFIG", cluster.kubelab().kubeconfig().toString());
    builder.environment().put("HELM_CACHE_HOME", folder.toString());
    builder.environment().put("HELM_CONFIG_HOME", folder.toString());
    Process process = builder.start();
    assertThat(process.waitFor(6, TimeUnit.MINUTES)).as(commands).isTrue();
    String said = Files.readString(out);
    assertThat(process.exitValue()).as("%s%n%s", commands, said).isZero();
    return said;
  }

  /**
   * The gateway's counters, where pods reach them: the gateway of this lab is a process beside it.
   */
  private static final class Counters implements AutoCloseable {
    private final HttpServer server;

    Counters() throws IOException {
      server = HttpServer.create(new InetSocketAddress(ThisHost.address(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      URI stats = cluster.gateway().stats();
      HttpClient http = HttpClient.newHttpClient();
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] page =
                  http.send(HttpRequest.newBuilder(stats).build(), BodyHandlers.ofString())
                      .body()
                      .getBytes(UTF_8);
              exchange.sendResponseHeaders(200, page.length);
              exchange.getResponseBody().write(page);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      server.start();
    }

    String url() {
      return "http://%s:%d/stats/prometheus"
          .formatted(
              server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
