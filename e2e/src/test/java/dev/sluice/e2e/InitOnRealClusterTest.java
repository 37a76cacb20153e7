package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Main;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.Person.Said;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code sluice init} finds out about services that serve, by the rights of people who have
 * few, and that releases by the policies that it drafts end as they should.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(600)
class InitOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String AROUND =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: { name: order-service }
      spec:
        minReplicas: 4
        maxReplicas: 4
        scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: order-service }
        metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 90 } } }]
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: { name: old-way }
      spec:
        ingressClassName: nginx
        defaultBackend: { service: { name: order-service, port: { number: 80 } } }
      """;

  /** A web server that shows no metrics; a version is what its page says. */
  private static final String PLAIN =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: plain }
      spec: { selector: { app: plain }, ports: [{ port: 80, targetPort: 8080 }] }
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: plain }
      spec:
        parentRefs: [{ name: edge, namespace: projectcontour }]
        rules:
          - matches: [{ path: { type: PathPrefix, value: /plain } }]
            backendRefs: [{ name: plain, port: 80 }]
      ---
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: plain }
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: plain } } }
      """;

  private static final String SERVER =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: plain }
      spec:
        replicas: 2
        selector: { matchLabels: { app: plain } }
        template:
          metadata: { labels: { app: plain } }
          spec:
            terminationGracePeriodSeconds: 2
            containers:
              - name: web
                image: kubelab.local/busybox:1
                imagePullPolicy: IfNotPresent
                command: [sh, -c, "mkdir -p /tmp/www/plain && echo VERSION > /tmp/www/plain/index.html && exec httpd -f -p LISTENS -h /tmp/www"]
                ports: [{ containerPort: 8080 }]
                readinessProbe: { exec: { command: [ls, /tmp/www/plain/index.html] }, periodSeconds: 1 }
                resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 64Mi } }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @TempDir private static Path folder;

  private static Kubectl plain;
  private static Person paul;

  @BeforeAll
  static void a_server_without_metrics_serves() {
    Kubectl.admin(cluster.kubelab(), "default").run("create", "namespace", "plain");
    plain = Kubectl.admin(cluster.kubelab(), "plain");
    plain.with(PLAIN, "apply", "-f", "-");
    serve("v1", 8080);
    plain.run("rollout", "status", "deployment/plain", "--timeout=90s");
    paul = person("plain", "paul");
    plain.run(
        "create",
        "role",
        "routes",
        "--verb=get,list",
        "--resource=httproutes.gateway.networking.k8s.io");
    plain.run("create", "rolebinding", "routes", "--role=routes", "--serviceaccount=plain:paul");
    cluster.kubelab().awaitGrants();
  }

  @AfterAll
  static void gone() {
    plain.run("delete", "namespace", "plain", "--wait=false");
  }

  @Test
  void a_service_with_everything_is_drafted_by_what_its_pods_show_and_released_by_that()
      throws Exception {
    try (ReleasedShop shop = cluster.open("init")) {
      Kubectl admin = Kubectl.admin(cluster.kubelab(), "init");
      admin.with(AROUND, "apply", "-f", "-");
      Person dora = person("init", "dora");
      admin.run("create", "rolebinding", "dora", "--role=developer", "--serviceaccount=init:dora");
      cluster.kubelab().awaitGrants();
      Users users = shop.comeUsers(120);
      Await.until("users have come", PATIENCE, () -> users.accounts().answeredBy("v1") > 600);

      Said said = dora.sluice("init", "deployment/order-service");

      assertThat(said.exit()).as(said.err()).isZero();
      assertThat(said.out())
          .contains("httpRoutes: [{ name: order-service }]")
          .contains("Requests are named as by Micrometer; about ")
          .contains("preset: Standard")
          .contains("- { preset: latency, slowerThan: ")
          .contains(
              "# - { name: order-failure, bad: 'orders_total{outcome!=\"ok\"}', total: orders_total }")
          .contains("PodDisruptionBudget order-service is pinned with the Services");
      assertThat(perSecond(said.out())).isBetween(60.0, 200.0);
      assertThat(said.err())
          .contains("HorizontalPodAutoscaler order-service is at its maximum of 4 pods")
          .contains("Ingresses of ingress-nginx lead here too (old-way)")
          .doesNotContain("may not");
      accepted(admin, said.out());
      admin.run("delete", "hpa/order-service", "ingress/old-way");

      shop.shop().developer().resource(shortened(shop, said.out())).create();
      shop.awaitReady();
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.shop().served()).contains("v2");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void who_may_not_look_at_pods_is_told_which_right_is_missing_and_gets_a_draft() throws Exception {
    try (ReleasedShop shop = cluster.open("few")) {
      Person vera = Person.of(cluster.kubelab(), "few", "vera", folder, "view", "sluice-viewer");
      Said said = vera.sluice("init", "deployment/order-service");
      assertThat(said.exit()).as(said.err()).isZero();
      assertThat(said.err())
          .contains("ask for the verb get on pods/proxy in few")
          .contains("HTTPRoute objects could not be looked at")
          .contains("port 8080, path /metrics will be asked");
      assertThat(said.out()).contains("blueGreen:", "# Nobody was asked");
      accepted(Kubectl.admin(cluster.kubelab(), "few"), said.out());
      assertThat(shop.releases()).isEmpty();
    }
  }

  @Test
  void pods_without_metrics_are_judged_by_the_gateway_alone_a_good_and_a_bad_version()
      throws Exception {
    Said said = paul.sluice("init", "deployment/plain");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.err())
        .contains("The pods show no metrics: asked were port 8080, path /metrics; port 8080, path")
        .contains("Whether it does could not be seen");
    assertThat(said.out()).contains("metrics:\n      - { preset: edge-errors }");
    accepted(plain, said.out());

    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor();
        Coming visitors = new Coming(cluster.gateway().listener(), crowd, "/plain/")) {
      plain.with(
          shortened(
              said.out(),
              "stages: [{ name: small, weight: 20, min: 10s, max: 20s }, { name: half, weight: 50, min: 10s, max: 20s }]"),
          "apply",
          "-f",
          "-");
      Await.until("the policy is Ready", PATIENCE, () -> status("Ready").equals("True"));
      serve("v2", 8080);
      Await.until("v2 has ended", PATIENCE, () -> ended(1));
      assertThat(phase(1)).as(decisions(1)).isEqualTo("Succeeded");
      assertThat(visitors.visitors.once("/plain/", Duration.ofSeconds(5))).isEqualTo("v2");
      assertThat(visitors.visitors.got().keySet()).as("v2 fails nobody").containsOnly("v1", "v2");

      serve("v3", 9999);
      Await.until("v3 has ended", PATIENCE, () -> ended(2));
      assertThat(phase(2)).as(decisions(2)).isEqualTo("Aborted");
      assertThat(decisions(2)).contains("edge-errors: ");
      assertThat(visitors.visitors.once("/plain/", Duration.ofSeconds(5))).isEqualTo("v2");
    }
    plain.run("delete", "releasepolicies.sluice.dev/plain", "--timeout=90s");
  }

  @Test
  void on_a_terminal_it_asks_although_the_policy_goes_to_a_file() throws Exception {
    Path file = folder.resolve("release.yaml");
    String asked = atTerminal("", file, "\n", "y\n", "y\n");
    assertThat(asked)
        .contains("No page of the pods' metrics was found. On which port is it? [there is none]")
        .contains("Should a person say yes before half of the users are moved?")
        .contains("(--gateway-metrics)? [no]");
    assertThat(Files.readString(file))
        .contains("preset: edge-errors", "The operator reads a gateway, as was said")
        .contains("{ name: half, weight: 50, min: 15m, max: 1h, approve: Before }")
        .doesNotContain("Nobody was asked");
    accepted(plain, Files.readString(file));

    assertThat(atTerminal("--no-input", file)).doesNotContain("?");
    assertThat(Files.readString(file)).contains("# Nobody was asked");
  }

  /** Input, output and error output are a pseudo terminal's; the output of the program a file's. */
  private static String atTerminal(String option, Path file, String... typed) throws Exception {
    Path command = folder.resolve("init.sh");
    Files.writeString(
        command,
        "'%s/bin/java' --enable-native-access=ALL-UNNAMED -cp '%s' dev.sluice.cli.Main init deployment/plain %s --kubeconfig='%s' > '%s'\n"
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                option,
                paul.kubeconfig(),
                file));
    Path out = folder.resolve("terminal");
    Process process =
        new ProcessBuilder("script", "-qec", "sh " + command, "/dev/null")
            .redirectOutput(out.toFile())
            .redirectErrorStream(true)
            .start();
    try (OutputStream keys = process.getOutputStream()) {
      for (String line : typed) {
        keys.write(line.getBytes(UTF_8));
        keys.flush();
      }
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(Files.readString(out)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  /** With the roles that come with Sluice, and the right to look at pods. */
  private static Person person(String namespace, String name) {
    Person person =
        Person.of(
            cluster.kubelab(), namespace, name, folder, "view", "sluice-viewer", "sluice-editor");
    Kubectl admin = Kubectl.admin(cluster.kubelab(), namespace);
    admin.run("create", "role", "asker", "--verb=get", "--resource=pods/proxy");
    admin.run(
        "create",
        "rolebinding",
        "asker",
        "--role=asker",
        "--serviceaccount=" + namespace + ":" + name);
    cluster.kubelab().awaitGrants();
    return person;
  }

  /** By the linter, and by the API server as it stands. */
  private static void accepted(Kubectl admin, String policy) throws IOException {
    Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
    StringWriter out = new StringWriter();
    int exit =
        Main.run(
            new PrintWriter(out, true), new PrintWriter(out, true), "check", "policy", "" + file);
    assertThat(exit).as(out + policy).isZero();
    admin.with(policy, "apply", "--dry-run=server", "-f", "-");
  }

  private static GenericKubernetesResource shortened(ReleasedShop shop, String policy) {
    return shop.shop()
        .developer()
        .getKubernetesSerialization()
        .unmarshal(
            shortened(
                policy,
                "stages: [{ name: small, weight: 10, min: 5s, max: 15s }, { name: half, weight: 50, min: 5s, max: 15s }]"),
            GenericKubernetesResource.class);
  }

  /** The same with a shorter time for all; nothing else is changed. */
  private static String shortened(String policy, String stages) {
    String shorter =
        policy
            .replaceFirst("preset: (Standard|Cautious|Fast)\n", stages + "\n")
            .replace("bake: 15m", "bake: 5s")
            .replace("keepWarm: 1h", "drain: 2s\n  keepWarm: 5s");
    assertThat(shorter).contains(stages, "bake: 5s", "keepWarm: 5s");
    return shorter;
  }

  private static double perSecond(String policy) {
    return Pattern.compile("about ([0-9.,]+) requests/s in all")
        .matcher(policy)
        .results()
        .map(m -> Double.parseDouble(m.group(1).replace(",", "")))
        .findFirst()
        .orElseThrow();
  }

  private static void serve(String version, int listens) {
    plain.with(
        SERVER.replace("VERSION", version).replace("LISTENS", "" + listens), "apply", "-f", "-");
  }

  private static String status(String condition) {
    return plain.run(
        "get",
        "releasepolicies.sluice.dev/plain",
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"" + condition + "\")].status}");
  }

  private static boolean ended(int release) {
    return ReleasedShop.isEnd(phase(release));
  }

  private static String phase(int release) {
    return field(release, "phase");
  }

  private static String decisions(int release) {
    return field(release, "decisions");
  }

  private static String field(int release, String name) {
    return Optional.ofNullable(
            cluster
                .kubelab()
                .admin()
                .genericKubernetesResources(Cluster.RELEASES)
                .inNamespace("plain")
                .withName("plain-" + release)
                .get())
        .map(r -> r.<Object>get("status", name))
        .map(String::valueOf)
        .orElse("");
  }
}
