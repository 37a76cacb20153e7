package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.kubernetes.install.Removal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How Sluice comes to a cluster and leaves it, and who may do what meanwhile. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallationTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withoutSluice();

  private static final Installation EVERYWHERE = InstalledCluster.INSTALLATION;
  private static final String OPERATOR = "system:serviceaccount:sluice-system:sluice";
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web, labels: { sluice.dev/policy: web } }
      spec:
        replicas: 0
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: app, image: "shop.local/web:v1" }] }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: web, labels: { sluice.dev/policy: web } }
      spec: { selector: { app: web }, ports: [{ port: 80 }] }
      """;
  private static final String CANARY =
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: { name: web-candidate, labels: { sluice.dev/policy: web, sluice.dev/track: candidate } }
      spec: { defaultBackend: { service: { name: web-candidate, port: { number: 80 } } } }
      """;
  private static final String KEPT =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web, finalizers: [sluice.dev/leave] }
      spec: { workloadRef: { name: web }, services: [web], strategy: { blueGreen: {} } }
      """;

  /**
   * Sets beside Deployments, as Sluice labels them, of a policy that is there and one that is not.
   */
  private static final String WARM =
      """
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata:
        name: web-%1$s
        labels: { sluice.dev/policy: %1$s, sluice.dev/track: stable }
        ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: %2$s }]
      spec:
        replicas: 1
        selector: { matchLabels: { app: web, pod-template-hash: %1$s } }
        template:
          metadata: { labels: { app: web, pod-template-hash: %1$s } }
          spec: { containers: [{ name: app, image: "shop.local/web:v1" }] }
      """;

  private static final String RELEASE =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Release
      metadata: { name: web-1, labels: { sluice.dev/running: "true" } }
      spec: { policy: web, stableHash: aaa, candidateHash: bbb }
      """;

  @AfterEach
  void gone() throws Exception {
    cluster.admin().attempt("", "delete", "releases,replicasets", "--all");
    EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.KEEP);
    cluster.admin().attempt("", "delete", "deployment/web", "service/web");
    cluster.admin().attempt("", "delete", "releasepolicies", "--all");
  }

  @Test
  void it_is_applied_again_and_again_and_leaves_nothing_of_its_proofs() throws Exception {
    assertThat(EVERYWHERE.apply(cluster.kubelab().admin())).isEmpty();
    assertThat(EVERYWHERE.apply(cluster.kubelab().admin())).isEmpty();
    assertThat(
            cluster
                .admin()
                .run(
                    "get",
                    "deployments,services,pdb,httproutes,grpcroutes,releases,roles,rolebindings",
                    "--namespace=sluice-system",
                    "-o",
                    "name"))
        .doesNotContain("sluice-proof");
  }

  @Test
  void a_policy_that_does_not_work_is_named() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.admin().run("delete", "mutatingadmissionpolicybinding", "sluice-hold", "sluice-track");
    cluster.admin().run("delete", "validatingadmissionpolicybinding", "sluice-command");
    Await.until("they are without effect", Duration.ofSeconds(30), () -> broken().size() == 3);
    assertThat(broken())
        .satisfiesExactly(
            hold -> assertThat(hold).startsWith("The policy sluice-hold does not work"),
            track -> assertThat(track).startsWith("The policy sluice-track does not work"),
            command -> assertThat(command).startsWith("The policy sluice-command does not work"));
  }

  @Test
  void the_operator_may_do_what_it_must_and_no_more() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.kubelab().awaitGrants();
    for (String may :
        List.of(
            "patch deployments",
            "create replicasets",
            "create pods",
            "delete pods",
            "patch httproutes",
            "patch grpcroutes",
            "create ingresses",
            "delete ingresses",
            "patch releasepolicies --subresource=status",
            "create releases",
            "list nodes",
            "list clustermetrictemplates",
            "create events")) {
      assertThat(can(OPERATOR, "shop", may)).as(may).isTrue();
    }
    assertThat(can(OPERATOR, "sluice-system", "create leases")).isTrue();
    for (String mayNot :
        List.of(
            "update deployments",
            "delete deployments",
            "create deployments",
            "get secrets",
            "list configmaps",
            "create pods --subresource=eviction",
            "create pods --subresource=exec",
            "delete httproutes",
            "delete grpcroutes",
            "update ingresses",
            "list ingressclasses",
            "update releasepolicies",
            "create releasecommands",
            "create releases --subresource=approve",
            "escape releasepolicies",
            "create leases",
            "patch mutatingadmissionpolicies",
            "create rolebindings",
            "patch nodes")) {
      assertThat(can(OPERATOR, "shop", mayNot)).as(mayNot).isFalse();
    }
  }

  @Test
  void who_edits_may_stop_a_release_and_only_a_releaser_goes_on() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    for (String role : List.of("view", "edit", "admin")) {
      cluster
          .admin()
          .attempt("", "create", "rolebinding", role, "--clusterrole=" + role, "--user=" + role);
    }
    Await.until(
        "the roles of people are added to view, edit and admin",
        Duration.ofSeconds(30),
        () ->
            can("view", "shop", "list releases")
                && can("edit", "shop", "patch releasepolicies")
                && can("admin", "shop", "create releases --subresource=approve"));
    assertThat(can("view", "shop", "create releasecommands")).isFalse();
    assertThat(can("edit", "shop", "create releasecommands")).isTrue();
    assertThat(can("edit", "shop", "create releases --subresource=abort")).isTrue();
    assertThat(can("edit", "shop", "create releases --subresource=approve")).isFalse();
    for (String action :
        List.of("approve", "promote", "pause", "resume", "abort", "retry", "undo")) {
      assertThat(can("admin", "shop", "create releases --subresource=" + action)).isTrue();
    }
    assertThat(can("admin", "shop", "escape releasepolicies")).isFalse();
  }

  @Test
  void it_does_not_go_while_a_release_runs() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.admin().with(RELEASE, "create", "-f", "-");
    assertThat(EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.DELETE))
        .isEqualTo(
            new Removal.Refused(
                "Nothing was removed: the release shop/web-1 still runs; wait for its end, or end"
                    + " it with sluice abort."));
    assertThat(EVERYWHERE.broken(cluster.kubelab().admin(), Duration.ofSeconds(10))).isEmpty();
  }

  @Test
  void it_does_not_go_while_old_versions_are_kept_warm() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.admin().with(WEB, "apply", "-f", "-");
    cluster.admin().with(KEPT, "create", "-f", "-");
    String web = cluster.get("deployment/web").at("/metadata/uid").asText();
    cluster.admin().with(WARM.formatted("web", web), "create", "-f", "-");
    cluster.admin().with(WARM.formatted("gone", web), "create", "-f", "-");
    String status =
        "{\"status\":{\"reason\":\"keeping-warm\",\"message\":\"They stay until 07:00.\"}}";
    cluster
        .admin()
        .run("patch", "releasepolicy/web", "--subresource=status", "--type=merge", "-p", status);
    cluster.admin().run("annotate", "service/web", "sluice.dev/pin=aaa");

    Removal removal = EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.KEEP);

    assertThat(removal)
        .isEqualTo(
            new Removal.Refused(
                """
                Nothing was removed: an old version is kept warm, and without Sluice's pins users would reach it again:
                  shop/gone: ReplicaSet web-gone, pods: 1. Its ReleasePolicy is not there any more.
                  shop/web: ReplicaSet web-web, pods: 1. They stay until 07:00.
                Wait until its pods are gone, or let the operator end it now, which takes seconds:
                  kubectl -n shop patch releasepolicy web --type=merge -p '{"spec":{"keepWarm":"0s"}}'
                If no operator runs any more, they stay: docs/escape.md ends it with kubectl alone.\
                """));
    assertThat(cluster.get("service/web").at("/spec/selector/pod-template-hash").asText())
        .isEqualTo("aaa");
    assertThat(EVERYWHERE.broken(cluster.kubelab().admin(), Duration.ofSeconds(10))).isEmpty();

    cluster.admin().run("label", "deployment/web", "sluice.dev/run=web", "sluice.dev/policy-");
    assertThat(EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.KEEP))
        .as("a run's own objects are left alone")
        .isInstanceOf(Removal.Removed.class);
  }

  /** The last, for the API server may take minutes over a definition. */
  @Test
  @Order(Integer.MAX_VALUE)
  void the_definitions_go_where_that_is_asked() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.admin().with(KEPT, "create", "-f", "-");
    EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.DELETE);
    assertThat(
            cluster
                .admin()
                .attempt(
                    "", "get", "releasepolicies", "-o", "jsonpath={.items[*].metadata.finalizers}")
                .out())
        .as("nothing keeps the policy, which an operator had kept")
        .isEmpty();
    JsonNode definitions = Json.read(cluster.admin().run("get", "crds", "-o", "json"));
    assertThat(definitions.get("items"))
        .filteredOn(d -> d.at("/spec/group").asText().equals("sluice.dev"))
        .allMatch(d -> d.at("/metadata").has("deletionTimestamp"));
  }

  @Test
  void it_goes_with_its_pins_and_what_was_held_stays_as_it_stands() throws Exception {
    EVERYWHERE.apply(cluster.kubelab().admin());
    cluster.admin().with(WEB, "apply", "-f", "-");
    cluster.admin().with(CANARY, "apply", "-f", "-");
    cluster.admin().with(RELEASE, "create", "-f", "-");
    cluster
        .admin()
        .run(
            "patch",
            "release/web-1",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"phase\":\"Aborted\"}}");
    cluster.admin().run("annotate", "service/web", "sluice.dev/pin=aaa");
    cluster.admin().run("set", "image", "deployment/web", "app=shop.local/web:v2");
    assertThat(cluster.get("service/web").at("/spec/selector/pod-template-hash").asText())
        .isEqualTo("aaa");

    Removal removal = EVERYWHERE.uninstall(cluster.kubelab().admin(), Installation.Objects.KEEP);

    assertThat(removal).isInstanceOf(Removal.Removed.class);
    assertThat(((Removal.Removed) removal).notes())
        .containsExactly(
            "Deployment shop/web stays paused with a template that was not released; kubectl -n"
                + " shop label deployment/web sluice.dev/held- && kubectl -n shop rollout resume"
                + " deployment/web runs it.",
            "The objects of sluice.dev and their definitions stay: kubectl get sluice -A shows"
                + " them.");
    assertThat(cluster.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(cluster.get("deployment/web").at("/spec/paused").asBoolean()).isTrue();
    assertThat(cluster.get("deployment/web").at("/metadata/labels"))
        .hasToString("{\"sluice.dev/held\":\"true\",\"sluice.dev/policy\":\"web\"}");
    assertThat(left()).doesNotContain("sluice-");
    assertThat(cluster.admin().run("get", "ingresses", "-o", "name")).isEmpty();
    assertThat(cluster.admin().run("get", "releases", "-o", "name")).isNotEmpty();
    Await.until(
        "nothing holds it once the API server has noticed",
        Duration.ofSeconds(30),
        () -> {
          cluster.dev().attempt("", "rollout", "resume", "deployment/web");
          return !cluster.get("deployment/web").at("/spec/paused").asBoolean();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = "team-a")
  void for_one_namespace_it_holds_and_may_act_there_alone(String namespace) throws Exception {
    Installation here = Installation.inNamespace(namespace);
    assertThat(here.apply(cluster.kubelab().admin())).isEmpty();
    cluster.kubelab().awaitGrants();
    Kubectl there = Kubectl.admin(cluster.kubelab(), namespace);
    for (Kubectl kubectl : List.of(cluster.admin(), there)) {
      kubectl.with(WEB, "apply", "-f", "-");
      kubectl.run("set", "image", "deployment/web", "app=shop.local/web:v2");
    }
    assertThat(there.run("get", "deployment/web", "-o", "jsonpath={.spec.paused}"))
        .isEqualTo("true");
    assertThat(cluster.get("deployment/web").at("/spec/paused").asBoolean()).isFalse();
    String operator = "system:serviceaccount:" + namespace + ":sluice";
    assertThat(can(operator, namespace, "patch deployments")).isTrue();
    assertThat(can(operator, namespace, "create leases")).isTrue();
    assertThat(can(operator, namespace, "create ingresses")).isTrue();
    assertThat(can(operator, namespace, "patch grpcroutes")).isTrue();
    assertThat(can(operator, "shop", "list ingresses")).isFalse();
    assertThat(can(operator, "shop", "list pods")).isFalse();
    assertThat(can(operator, namespace, "list nodes")).isFalse();

    assertThat(here.uninstall(cluster.kubelab().admin(), Installation.Objects.DELETE))
        .isInstanceOf(Removal.Removed.class);
    assertThat(left()).doesNotContain("sluice-");
    assertThat(there.run("get", "roles,serviceaccounts", "-o", "name")).doesNotContain("sluice");
    there.run("delete", "deployment/web");
    there.run("delete", "namespace", namespace, "--wait=false");
  }

  private static List<String> broken() {
    try {
      return EVERYWHERE.broken(cluster.kubelab().admin(), Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String left() {
    return cluster
        .admin()
        .run(
            "get",
            "mutatingadmissionpolicies,mutatingadmissionpolicybindings,"
                + "validatingadmissionpolicies,validatingadmissionpolicybindings,"
                + "clusterroles,clusterrolebindings",
            "-o",
            "name");
  }

  private static boolean can(String who, String namespace, String what) {
    List<String> arguments = new ArrayList<>(List.of("auth", "can-i"));
    arguments.addAll(List.of(what.split(" ")));
    arguments.add("--quiet");
    return !Kubectl.person(cluster.kubelab(), namespace, who)
        .attempt("", arguments.toArray(String[]::new))
        .refused();
  }
}
