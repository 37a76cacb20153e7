package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Person.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where {@code sluice doctor} is asked by somebody with few rights, and somebody with more runs the
 * command that it prints, as it stands there.
 *
 * @param visitor asks
 * @param releaser gives commands of {@code sluice}
 * @param admin runs kubectl
 */
record Practice(Kubelab cluster, String namespace, Person visitor, Person releaser, Kubectl admin) {
  private static final Duration SOON = Duration.ofSeconds(60);
  static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 2
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec:
            terminationGracePeriodSeconds: 1
            containers:
              - name: app
                image: kubelab.local/app:v1
                imagePullPolicy: IfNotPresent
                ports: [{ containerPort: 8080 }]
                readinessProbe: { httpGet: { path: /readyz, port: 8080 }, periodSeconds: 1 }
                resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 64Mi } }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: web }
      spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
      """;
  static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web }
      spec:
        workloadRef: { name: web }
        services: [web]
        strategy: { blueGreen: { validate: 1s, bake: 1s } }
      """;
  private static final String MORE =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: more }
      rules:
        - { apiGroups: [gateway.networking.k8s.io], resources: [httproutes, grpcroutes], verbs: [get, list] }
        - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: more }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: more }
      subjects: [{ kind: ServiceAccount, name: vera, namespace: NAMESPACE }]
      """;

  /** In a namespace of its own, which is made. */
  static Practice open(Kubelab cluster, String namespace, Path folder) {
    Kubectl.admin(cluster, "default").run("create", "namespace", namespace);
    Kubectl admin = Kubectl.admin(cluster, namespace);
    admin.with(MORE.replace("NAMESPACE", namespace), "apply", "-f", "-");
    return new Practice(
        cluster,
        namespace,
        Person.of(cluster, namespace, "vera", folder, "view"),
        Person.of(cluster, namespace, "rita", folder, "view", "sluice-releaser"),
        admin);
  }

  /** What the doctor says of that code now. */
  List<JsonNode> says(String code, String... about) {
    List<String> words = new ArrayList<>(List.of("doctor"));
    words.addAll(List.of(about));
    words.addAll(List.of("-o", "json"));
    Said said = visitor.sluice(words.toArray(String[]::new));
    assertThat(said.exit()).as(said.err()).isIn(0, 1);
    return Json.read(said.out())
        .path("diagnoses")
        .valueStream()
        .filter(d -> d.path("code").asText().equals(code))
        .toList();
  }

  /** Returns it when the doctor says so. */
  JsonNode diagnosed(String code, String... about) {
    return Await.some(
        code + " is said in " + namespace, SOON, () -> says(code, about).stream().findFirst());
  }

  void gone(String code, String... about) {
    Await.until(
        code + " is not said any more in " + namespace, SOON, () -> says(code, about).isEmpty());
  }

  /** It is said; the command that is printed is run; it is not said any more. */
  JsonNode mended(String code, String... about) {
    JsonNode diagnosis = diagnosed(code, about);
    run(diagnosis.path("mend").asText());
    gone(code, about);
    return diagnosis;
  }

  /** A command as it was printed. */
  void run(String command) {
    assertThat(command).as("nothing is left to fill in").doesNotContain("<");
    if (command.startsWith("sluice ")) {
      Person who = command.equals("sluice install") ? new Person(cluster.kubeconfig()) : releaser;
      Said said = who.sluice(command.substring("sluice ".length()).split(" "));
      assertThat(said.exit()).as(command + ": " + said.err() + said.out()).isZero();
      return;
    }
    shell(command);
  }

  /** By a shell, with kubectl. */
  void shell(String script) {
    try {
      Path said = Files.createTempFile("mend-", ".log");
      ProcessBuilder shell =
          new ProcessBuilder("bash", "-ec", script)
              .directory(Path.of("..").toFile()) // where the repository is
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      shell.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
      shell
          .environment()
          .merge("PATH", Scripts.home().resolve("bin").toString(), (was, ours) -> ours + ":" + was);
      Process process = shell.start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = Files.readString(said);
      Files.delete(said);
      assertThat(ended && process.exitValue() == 0).as(script + ": " + text).isTrue();
    } catch (IOException e) {
      throw new AssertionError(script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** This one, when that is applied. */
  Practice with(String manifests) {
    apply(manifests);
    return this;
  }

  void apply(String manifests) {
    admin.with(manifests, "apply", "-f", "-");
  }

  Optional<String> get(String object, String path) {
    return Optional.of(admin.run("get", object, "-o", "jsonpath={" + path + "}"))
        .filter(t -> !t.isEmpty());
  }
}
