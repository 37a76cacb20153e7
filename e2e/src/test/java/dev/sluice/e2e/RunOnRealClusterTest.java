package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.model.Spec;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.run.ReleaseRun;
import dev.sluice.operator.run.RunEnd;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Releases where nothing is installed, by a person who has rights in one namespace. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class RunOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String V2 = "kubelab.local/app:v2";

  /** What {@code sluice run --help} says that it takes. */
  private static final String RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: runner }
      rules:
        - { apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, patch] }
        - { apiGroups: [apps], resources: [replicasets], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [""], resources: [pods, services], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [""], resources: [configmaps], verbs: [get, create, update] }
        - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, patch, update] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: runner }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ci }]
      """;

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web, namespace: shop }
      spec:
        workloadRef: { name: web }
        services: [web]
        strategy: { blueGreen: { validate: 2s, bake: BAKE } }
        drain: 1s
        analysis: { arm: Always, metrics: [{ preset: errors }] }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withoutSluice();

  private static KubernetesClient ci;

  @BeforeAll
  static void rights() {
    cluster.admin().with(RIGHTS, "apply", "-f", "-");
    cluster.kubelab().awaitGrants();
    ci = cluster.kubelab().user("ci");
  }

  @BeforeEach
  void served() {
    WebApp.serve(cluster);
  }

  @AfterEach
  void gone() {
    WebApp.gone(cluster);
    cluster.admin().run("delete", "--ignore-not-found", "configmap/sluice-web", "lease/sluice-web");
  }

  @Test
  void a_good_version_takes_over_and_all_else_is_as_it_was() throws Exception {
    String before = WebApp.written(cluster);
    try (WebApp.Callers callers = new WebApp.Callers(cluster);
        ReleaseRun run = run("4s", Map.of("app", V2))) {
      RunEnd end = run.run(Duration.ofMinutes(3));
      assertThat(end).as(end.sentence()).isInstanceOf(RunEnd.Succeeded.class);
      assertThat(WebApp.written(cluster)).isEqualTo(before.replace("app:v1", "app:v2"));
      cluster.dev().run("rollout", "status", "deployment/web", "--timeout=30s");
      assertThat(callers.lost.get()).as("requests lost of %s", callers.answered).isZero();
      assertThat(callers.answered.get()).isPositive();
    }
    assertThat(cluster.get("configmap/sluice-web").at("/data/saved").asText())
        .contains("SUCCEEDED");
    assertThat(cluster.admin().run("get", "leases", "-o", "name")).contains("sluice-web");
    assertThat(cluster.admin().run("get", "all", "-o", "name")).doesNotContain("candidate");
  }

  @Test
  void an_interrupted_run_takes_all_back_with_the_old_template() throws Exception {
    String before = WebApp.written(cluster);
    try (ReleaseRun run = run("1h", Map.of("app", V2))) {
      CompletableFuture<RunEnd> end = inBackground(run);
      Await.until("it has flipped", PATIENCE, () -> pinned());
      assertThat(cluster.get("deployment/web").at("/spec/paused").asBoolean()).isTrue();
      run.stop("ci", "The run was interrupted.");
      assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(RunEnd.TurnedBack.class);
    }
    assertThat(WebApp.written(cluster)).isEqualTo(before);
    assertThat(cluster.admin().run("get", "pods", "-l", "app=web", "-o", "name").lines())
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void a_bad_version_that_stands_paused_is_taken_back() throws Exception {
    String before = WebApp.written(cluster);
    cluster.dev().run("rollout", "pause", "deployment/web");
    cluster.dev().run("set", "env", "deployment/web", "ERRORS=0.5");
    try (WebApp.Callers callers = new WebApp.Callers(cluster);
        ReleaseRun run = run("1h", Map.of())) {
      RunEnd end = run.run(Duration.ofMinutes(3));
      assertThat(end).as(end.sentence()).isInstanceOf(RunEnd.TurnedBack.class);
      assertThat(callers.failed.get()).isPositive();
    }
    assertThat(cluster.get("service/web").at("/spec/selector").toString())
        .isEqualTo("{\"app\":\"web\"}");
    assertThat(cluster.get("deployment/web").at("/spec/paused").asBoolean())
        .as("as its user left it")
        .isTrue();
    assertThat(before).contains("app:v1");
  }

  @Test
  void who_is_killed_is_continued_and_two_never_run_at_once() throws Exception {
    String before = WebApp.written(cluster);
    try (WebApp.Callers callers = new WebApp.Callers(cluster)) {
      ReleaseRun first = run("8s", Map.of("app", V2));
      Thread killed =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      var _ = first.run(Duration.ofMinutes(3));
                    } catch (Exception e) {
                      // killed
                    }
                  });
      Await.until("it is adopted", PATIENCE, () -> run().equals("web"));
      try (ReleaseRun second = run("8s", Map.of("app", V2))) {
        CompletableFuture<RunEnd> waits = inBackground(second);
        Thread.sleep(Duration.ofSeconds(4));
        assertThat(waits).as("the other has the lease").isNotDone();
        killed.interrupt();
        killed.join(Duration.ofSeconds(20));
        first.close();
        assertThat(run()).as("it stands as it is").isEqualTo("web");
        RunEnd end = waits.get(150, TimeUnit.SECONDS);
        assertThat(end).as(end.sentence()).isInstanceOf(RunEnd.Succeeded.class);
      }
      assertThat(callers.lost.get()).isZero();
    }
    assertThat(WebApp.written(cluster)).isEqualTo(before.replace("app:v1", "app:v2"));
  }

  @Test
  void a_job_checks_by_the_rights_of_whoever_runs() throws Exception {
    cluster.admin().with(CHECK, "apply", "-f", "-");
    String policy = POLICY.replace("BAKE", "2s") + JOB;
    try (ReleaseRun run = run(policy, Map.of("app", V2))) {
      RunEnd end = run.run(Duration.ofMinutes(3));
      assertThat(end).as(end.sentence()).isInstanceOf(RunEnd.TurnedBack.class);
      assertThat(((RunEnd.TurnedBack) end).saved().decisions())
          .extracting(Decided::sentence)
          .anyMatch(s -> s.contains("need get on cronjobs, and get, list, create and delete"));
    }
    cluster.admin().with(JOB_RIGHTS, "apply", "-f", "-");
    cluster.kubelab().awaitGrants();
    try (ReleaseRun run = run(policy, Map.of("app", V2))) {
      RunEnd end = run.run(Duration.ofMinutes(3));
      assertThat(end).as(end.sentence()).isInstanceOf(RunEnd.Succeeded.class);
    } finally {
      cluster.admin().run("delete", "rolebinding/runner-jobs", "cronjob/smoke");
    }
  }

  private static final String JOB =
      """
        checks: [{ name: smoke, at: BeforeFlip, timeout: 60s, job: { cronJob: smoke } }]
      """;
  private static final String JOB_RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: runner-jobs }
      rules:
        - { apiGroups: [batch], resources: [cronjobs], verbs: [get] }
        - { apiGroups: [batch], resources: [jobs], verbs: [get, list, create, delete] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: runner-jobs }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner-jobs }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ci }]
      """;
  private static final String CHECK =
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata: { name: smoke, labels: { sluice.dev/check: "true" } }
      spec:
        schedule: "0 0 1 1 *"
        suspend: true
        jobTemplate:
          spec:
            backoffLimit: 0
            template:
              spec:
                restartPolicy: Never
                containers:
                  - name: smoke
                    image: kubelab.local/busybox:1
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, 'test "$SLUICE_IMAGE" = kubelab.local/app:v2']
      """;

  @Test
  void what_runs_already_is_not_released_again() throws Exception {
    String before = WebApp.written(cluster);
    try (ReleaseRun run = run("1h", Map.of("app", "kubelab.local/app:v1"))) {
      assertThat(run.run(Duration.ofMinutes(1))).isInstanceOf(RunEnd.Nothing.class);
    }
    assertThat(WebApp.written(cluster)).isEqualTo(before);
  }

  private static boolean pinned() {
    String pin = cluster.get("service/web").at("/spec/selector/pod-template-hash").asText("");
    return pin.startsWith("s");
  }

  private static String run() {
    return cluster.get("deployment/web").at("/metadata/labels/sluice.dev~1run").asText("");
  }

  private static CompletableFuture<RunEnd> inBackground(ReleaseRun run) {
    CompletableFuture<RunEnd> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                end.complete(run.run(Duration.ofMinutes(3)));
              } catch (Exception e) {
                end.completeExceptionally(e);
              }
            });
    return end;
  }

  /**
   * @param bake how long, or a whole policy
   */
  private static ReleaseRun run(String bake, Map<String, String> images) {
    String text = bake.contains("kind:") ? bake : POLICY.replace("BAKE", bake);
    if (!(Manifest.read(text) instanceof Parsed.Ok<Manifest>(Manifest manifest))
        || !(manifest.objects().getFirst() instanceof ReleasePolicy policy)) {
      throw new AssertionError("the policy cannot be read");
    }
    Resolved resolved =
        Resolved.of(policy, manifest, new Spec.Route(false, false, false), new Problems());
    return new ReleaseRun(
        ci,
        resolved,
        Workload.of(policy),
        images,
        ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
        (_, _, _) -> Router.none(),
        new Listener() {
          @Override
          public void decided(Decided entry) {
            System.out.println("run: " + entry.code() + " " + entry.sentence());
          }

          @Override
          public void troubled(String sentence) {
            System.out.println("run: " + sentence);
          }
        });
  }
}
