package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster on which Sluice is installed, without an operator: the tests write what it would, by
 * its own account. In the namespace {@code shop} works dev, who may change everything there and has
 * no special right. Classes that leave the installation alone {@link #share} a cluster.
 */
final class InstalledCluster implements BeforeAllCallback, AfterAllCallback {
  static final String NAMESPACE = "shop";
  static final Installation INSTALLATION = Installation.clusterWide("sluice-system");

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String DEV =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: dev }
      rules:
        - { apiGroups: ["", apps, policy, gateway.networking.k8s.io, networking.k8s.io], resources: ["*"], verbs: ["*"] }
        - { apiGroups: [sluice.dev], resources: [releasecommands], verbs: [create] }
        - { apiGroups: [sluice.dev], resources: [releases/abort], verbs: [create] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: dev }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: dev }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: dev }]
      """;

  private final boolean install;
  private final boolean shared;
  private final String namespace;
  private final Kubelab.Options options;
  private Optional<Kubelab> kubelab = Optional.empty();
  private Optional<KubernetesClient> operator = Optional.empty();

  private InstalledCluster(
      boolean install, boolean shared, String namespace, Kubelab.Options options) {
    this.install = install;
    this.shared = shared;
    this.namespace = namespace;
    this.options = options;
  }

  static InstalledCluster withSluice() {
    return new InstalledCluster(true, false, NAMESPACE, Kubelab.Options.SMALL);
  }

  /**
   * With Sluice, on one cluster with all who ask for it so. They come first ({@code @Order(1)}), or
   * each would start it anew.
   *
   * @param namespace where dev works; who shares that, too, leaves nothing in it
   */
  static InstalledCluster share(String namespace) {
    return new InstalledCluster(true, true, namespace, Kubelab.Options.SMALL);
  }

  /** Without a node, for what needs no pod that runs. */
  static InstalledCluster withSluiceAlone() {
    return new InstalledCluster(true, false, NAMESPACE, Kubelab.Options.CONTROL_PLANE);
  }

  static InstalledCluster withoutSluice() {
    return new InstalledCluster(false, false, NAMESPACE, Kubelab.Options.SMALL);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Kubelab started = shared ? Kubelab.standing(options, this::furnish) : Kubelab.start(options);
    kubelab = Optional.of(started);
    if (!shared) {
      furnish(started);
    }
    if (install) {
      operator = Optional.of(started.serviceAccount(INSTALLATION.namespace(), "sluice"));
    }
    if (started.admin().namespaces().withName(namespace).get() == null) {
      admin().run("create", "namespace", namespace);
      admin().with(DEV, "apply", "-f", "-");
    }
    started.awaitGrants();
    Await.until(
        "pods can be created: their namespaces have an account for them",
        SOON,
        () ->
            Stream.of("default", namespace)
                .allMatch(
                    in ->
                        started.admin().serviceAccounts().inNamespace(in).withName("default").get()
                            != null));
  }

  private void furnish(Kubelab started) {
    Kubectl admin = Kubectl.admin(started, "default");
    try (Stream<Path> crds = Files.list(Scripts.home().resolve("crds"))) {
      for (Path crd : crds.filter(p -> p.toString().contains("routes")).toList()) {
        admin.run("apply", "--server-side", "-f", crd.toString());
      }
      if (install) {
        assertThat(INSTALLATION.apply(started.admin())).isEmpty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (!shared) {
      kubelab.ifPresent(Kubelab::close);
    }
  }

  Kubelab kubelab() {
    return kubelab.orElseThrow();
  }

  KubernetesClient operator() {
    return operator.orElseThrow();
  }

  /** May do everything, so it may escape. */
  Kubectl admin() {
    return Kubectl.admin(kubelab(), namespace);
  }

  /** A foreign writer, as good as any. */
  Kubectl dev() {
    return Kubectl.person(kubelab(), namespace, "dev");
  }

  /** What the operator writes: labels and annotations of its own. */
  void operatorMerges(String apiVersion, String kind, String name, String patch) {
    operator()
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  void operatorAnnotates(String apiVersion, String kind, String name, String key, String value) {
    String json = value.isEmpty() ? "null" : "\"" + value + "\"";
    operatorMerges(
        apiVersion,
        kind,
        name,
        "{\"metadata\":{\"annotations\":{\"sluice.dev/" + key + "\":" + json + "}}}");
  }

  JsonNode get(String object) {
    return Json.read(admin().run("get", object, "-o", "json"));
  }

  /** Which managers own a field below that one. */
  List<String> ownersOf(String object, String field) {
    return Json.read(admin().run("get", object, "-o", "json", "--show-managed-fields"))
        .at("/metadata/managedFields")
        .valueStream()
        .filter(m -> m.path("fieldsV1").findValue("f:" + field) != null)
        .map(m -> m.path("manager").asText())
        .toList();
  }
}
