package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.kubernetes.Marks;
import dev.sluice.probes.secret.Signature;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks by job and by webhook while users come, by the operator as a process with the rights of
 * its own account. Before it says yes nobody reaches the candidate.
 */
@Tag("cluster")
@Tag("own") // DNS, and an image of the cluster's own
@Tag("slow")
@Tag("long")
@Timeout(420)
class ChecksOnRealClusterTest {
  private static final String KEY = "a key of one that signs";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String CANARY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy: { canary: { stages: [{ name: half, weight: 50, min: 2s, max: 4s }], bake: 2s } }
      drain: 1s
      keepWarm: 0s
      analysis: { arm: Always }
      """;

  /** As its author wrote it: it asks whom it is told to, and says who answered. */
  private static final String CRON_JOB =
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata: { name: smoke, namespace: NAMESPACE, labels: { sluice.dev/check: "ALLOWED" } }
      spec:
        schedule: "0 0 1 1 *"
        suspend: true
        jobTemplate:
          spec:
            backoffLimit: 0
            template:
              spec:
                restartPolicy: Never
                terminationGracePeriodSeconds: 1
                containers:
                  - name: smoke
                    image: kubelab.local/busybox:1
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, 'SCRIPT']
      """;

  /**
   * A Service that has just been made is not at once known on each node. This static busybox cannot
   * look up names by itself (glibc), nor has it a wget that does without; it has nslookup and nc.
   */
  private static final String ASKS_V2 =
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do
      address=$(nslookup $SLUICE_CANDIDATE_SERVICE.cluster.local | grep "^Address: [0-9.]*$" | cut -d" " -f2);
      echo "$SLUICE_CANDIDATE_SERVICE is $address";
      printf "GET /stock/1 HTTP/1.0\\r\\n\\r\\n" | nc -w 3 $address 80 | grep -i "X-Version: v2" && exit 0; sleep 1;
      done; exit 1
      """
          .replace("\n", " ")
          .strip();

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL.withDns());

  private static OperatorProcess operator;

  @BeforeAll
  static void start() throws InterruptedException {
    SluiceOnCluster.install(cluster.kubelab());
    operator =
        new OperatorProcess(
            cluster.kubelab(),
            cluster.gateway(),
            "dev.sluice.cli.Main",
            Path.of("target", "e2e", "checks"));
    operator.start();
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void a_job_asks_the_candidate_before_any_user_does() {
    try (ReleasedShop shop = cluster.open("job-yes")) {
      cronJob(shop, ASKS_V2);
      shop.adopt(CANARY + job("BeforeTraffic", "60s"));
      Users users = shop.comeUsers(40);
      try (Made made = new Made(shop)) {
        shop.shop().deploy(Edition.of("v2"));
        Await.until("a Job is made", PATIENCE, () -> !made.jobs.isEmpty());
        assertThat(users.accounts().versions().keySet()).containsExactly("v1");
        assertThat(shop.awaitEnd(1)).as("%s", shop.decisions(1)).isEqualTo("Succeeded");
        assertThat(made.jobs).hasSize(1);
      }
      Await.until("the Job goes with its release", PATIENCE, () -> jobs(shop).isEmpty());
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void a_job_asks_the_preview_before_the_flip() {
    try (ReleasedShop shop = cluster.open("job-preview")) {
      shop.shop().applyPreview();
      cronJob(shop, ASKS_V2);
      shop.adopt(
          """
          strategy:
            blueGreen: { previewService: order-service-preview, validate: 1s, bake: 2s }
          drain: 1s
          keepWarm: 0s
          analysis: { arm: Always }
          """
              + job("BeforeFlip", "60s"));
      shop.comeCallers(40);
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void a_job_that_fails_or_hangs_or_must_not_run_ends_the_release_before_any_user_sees_it() {
    try (ReleasedShop shop = cluster.open("job-no")) {
      cronJob(shop, "exit 1");
      shop.adopt(CANARY + job("BeforeTraffic", "8s"));
      Users users = shop.comeUsers(40);

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      Job failed = jobs(shop).getFirst();
      assertThat(shop.decisions(1))
          .anyMatch(
              d ->
                  d.startsWith("check-failed:")
                      && d.contains(
                          "failed (BackoffLimitExceeded). Its pods say why: kubectl logs job/"
                              + failed.getMetadata().getName()));

      cronJob(shop, "sleep 3600");
      shop.command("Retry", 1);
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.decisions(2))
          .anyMatch(d -> d.contains("was not done within 8 s; its pods were ended"));

      cronJob(shop, "exit 0", "false");
      shop.command("Retry", 2);
      assertThat(shop.awaitEnd(3)).isEqualTo("Aborted");
      assertThat(shop.decisions(3))
          .anyMatch(d -> d.contains("kubectl label cronjob/smoke sluice.dev/check=true"));

      assertThat(users.accounts().versions().keySet()).containsExactly("v1");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void a_job_is_found_again_by_the_next_process() {
    try (ReleasedShop shop = cluster.open("job-killed")) {
      shop.breaks("told"); // while nobody is there who could tell
      cronJob(shop, "sleep 10");
      shop.adopt(CANARY + job("BeforeTraffic", "60s"));
      shop.comeUsers(40);
      try (Made made = new Made(shop)) {
        shop.shop().deploy(Edition.of("v2"));
        Await.until("the Job runs", PATIENCE, () -> jobs(shop).stream().anyMatch(this::runs));
        operator.kill();
        operator.start();
        assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
        assertThat(made.jobs).hasSize(1);
      }
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void a_webhook_says_yes_late_and_no_and_its_key_is_read_by_a_right_of_its_own()
      throws IOException {
    try (ReleasedShop shop = cluster.open("webhook");
        Gate gate = new Gate()) {
      admin(shop).run("create", "secret", "generic", "gate", "--from-literal=hmac=" + KEY);
      shop.adopt(
          CANARY
              + """
              checks:
                - name: gate
                  at: BeforeTraffic
                  timeout: 30s
                  webhook: { url: "URL", hmac: { name: gate, key: hmac } }
              """
                  .replace("URL", gate.url()));
      Users users = shop.comeUsers(40);

      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      assertThat(shop.decisions(1))
          .anyMatch(d -> d.contains("Sluice may not read the Secret webhook/gate"));
      assertThat(gate.asked).isEmpty();

      admin(shop).with(MAY_READ, "apply", "-f", "-");
      cluster.kubelab().awaitGrants();
      gate.says = List.of("409 {\"message\": \"frozen until Monday\"}");
      shop.command("Retry", 1);
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.decisions(2)).anyMatch(d -> d.contains("says no: frozen until Monday"));
      assertThat(users.accounts().versions().keySet()).containsExactly("v1");

      gate.asked.clear();
      gate.says = List.of("500 {}", "503 {}", "200 {}");
      shop.command("Retry", 2);
      assertThat(shop.awaitEnd(3)).isEqualTo("Succeeded");
      assertThat(gate.asked).hasSize(3);
      String body = gate.asked.getFirst().body();
      assertThat(body)
          .contains("\"policy\":\"order-service\"", "\"release\":\"order-service-3\"")
          .contains("\"image\":\"sluice.local/order-service:v2\"", "\"at\":\"BeforeTraffic\"");
      Gate.Asked first = gate.asked.getFirst();
      assertThat(first.signature())
          .isEqualTo(
              Signature.headers(KEY.getBytes(UTF_8), first.id(), first.at(), body)
                  .get("webhook-signature"));
      assertThat(operator.said("webhook").toString()).doesNotContain(KEY);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static final String MAY_READ =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: sluice-reads-gate, namespace: webhook }
      rules: [{ apiGroups: [""], resources: [secrets], resourceNames: [gate], verbs: [get] }]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: sluice-reads-gate, namespace: webhook }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: sluice-reads-gate }
      subjects: [{ kind: ServiceAccount, name: sluice, namespace: sluice-system }]
      """;

  private static String job(String at, String timeout) {
    return "checks: [{ name: smoke, at: %s, timeout: %s, job: { cronJob: smoke } }]\n"
        .formatted(at, timeout);
  }

  private static void cronJob(ReleasedShop shop, String script) {
    cronJob(shop, script, "true");
  }

  private static void cronJob(ReleasedShop shop, String script, String allowed) {
    String text =
        CRON_JOB
            .replace("NAMESPACE", shop.namespace())
            .replace("ALLOWED", allowed)
            .replace("SCRIPT", script);
    admin(shop).with(text, "apply", "-f", "-");
  }

  private static Kubectl admin(ReleasedShop shop) {
    return Kubectl.admin(cluster.kubelab(), shop.namespace());
  }

  private static List<Job> jobs(ReleasedShop shop) {
    return cluster
        .kubelab()
        .admin()
        .batch()
        .v1()
        .jobs()
        .inNamespace(shop.namespace())
        .withLabel(Marks.CHECK, Shop.NAME)
        .list()
        .getItems();
  }

  private boolean runs(Job job) {
    return job.getStatus() != null && Integer.valueOf(1).equals(job.getStatus().getReady());
  }

  /** Every Job that is made in a shop's namespace. */
  private static final class Made implements Watcher<Job>, AutoCloseable {
    final Set<String> jobs = ConcurrentHashMap.newKeySet();
    private final Watch watch;

    Made(ReleasedShop shop) {
      watch =
          cluster.kubelab().admin().batch().v1().jobs().inNamespace(shop.namespace()).watch(this);
    }

    @Override
    public void eventReceived(Action action, Job job) {
      jobs.add(job.getMetadata().getUid());
    }

    @Override
    public void onClose(WatcherException cause) {}

    @Override
    public void close() {
      watch.close();
    }
  }

  /** Whom the webhook asks, on an address that is not the operator's own alone. */
  private static final class Gate implements AutoCloseable {
    record Asked(String id, Instant at, String signature, String body) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    volatile List<String> says = List.of("200 {}");
    private final HttpServer server;

    private static String header(HttpExchange exchange, String name) {
      return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    Gate() throws IOException {
      server = HttpServer.create(new InetSocketAddress(ThisHost.address(), 0), 0);
      server.createContext(
          "/canary",
          exchange -> {
            try (exchange) {
              asked.add(
                  new Asked(
                      header(exchange, "webhook-id"),
                      Instant.ofEpochSecond(Long.parseLong(header(exchange, "webhook-timestamp"))),
                      header(exchange, "webhook-signature"),
                      new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
              String say = says.get(Math.min(asked.size(), says.size()) - 1);
              byte[] answer = say.substring(4).getBytes(UTF_8);
              exchange.sendResponseHeaders(Integer.parseInt(say.substring(0, 3)), answer.length);
              exchange.getResponseBody().write(answer);
            }
          });
      server.start();
    }

    String url() {
      return "http://%s:%d/canary"
          .formatted(
              server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
