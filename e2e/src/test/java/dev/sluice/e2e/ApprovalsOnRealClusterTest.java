package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.Exit;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.Person.Said;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Whose yes lets a release go on, as the API server knows them, whatever they say of themselves.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class ApprovalsOnRealClusterTest {
  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String POLICY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      drain: 1s
      keepWarm: 0s
      analysis: { arm: Always }
      approvals: %s
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: %s, max: 12s }
            - { name: half, weight: 50, min: 2s, max: 8s, approve: Before }
          bake: 3s
      """;

  @TempDir private static Path folder;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void another_person_of_the_group_says_yes_and_neither_the_author_nor_anybody_else() {
    try (ReleasedShop shop = cluster.open("eyes")) {
      Map<String, Object> before = shop.written();
      shop.adopt(
          POLICY.formatted(
              "{ fourEyes: true, groups: [eyes-developers, \"system:serviceaccounts:eyes\"] }",
              "2s"));
      shop.comeUsers(40);
      shop.shop().deploy(Edition.of("v2"));
      cannotBeForged(shop);
      shop.awaitReason(1, "approval");
      assertThat(shop.message(1)).contains("who did not change the template");

      Kubectl author = releaser(shop, Shop.DEVELOPER, shop.shop().developers());
      give(author, "Approve");
      heard(shop, 1, "approve of order-service-1 by dana was refused: they changed the template");
      give(author, "Promote");
      heard(shop, 1, "promote of order-service-1 by dana was refused: they changed the template");
      give(releaser(shop, "carl", "interns"), "Approve");
      heard(shop, 1, "approve of order-service-1 by carl was refused: only a member of one of");
      assertThat(shop.stage(1)).isEqualTo("small");

      Said yes = person(shop, "ann").sluice("approve", "order-service", "--reason", "seen it");
      assertThat(yes.exit()).as(yes.out() + yes.err()).isEqualTo(Exit.SUCCEEDED);
      assertThat(yes.out())
          .contains("system:serviceaccount:eyes:ann approved half. Reason given: seen it");
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();
      assertThat(authors(shop)).as("it is not held, so nobody is its author").isEmpty();
      assertThat(shop.leaveAndCountLost()).isZero();
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitStage(2, "small");
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(shop.written()).as("restored to the letter").isEqualTo(before);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void two_people_say_yes_and_an_old_yes_counts_no_longer() {
    try (ReleasedShop shop = cluster.open("people")) {
      shop.adopt(POLICY.formatted("{ people: 2, expires: 4s }", "8s"));
      shop.comeUsers(40);
      shop.shop().deploy(Edition.of("v2"));
      Person ann = person(shop, "ann");
      Person bob = person(shop, "bob");
      shop.awaitStage(1, "small");
      String[] early = {"approve", "order-service", "--stage", "half", "--reason", "in advance"};
      assertThat(ann.sluice(early).exit()).isEqualTo(Exit.SUCCEEDED);
      assertThat(bob.sluice(early).exit()).isEqualTo(Exit.SUCCEEDED);
      shop.awaitReason(1, "approval");
      assertThat(shop.message(1))
          .startsWith("Waits for approve half: 2 people must say yes. The yes of ")
          .endsWith("is older than 4 s and counts no longer.");

      String[] now = {"approve", "order-service", "--reason", "now"};
      assertThat(ann.sluice(now).exit()).isEqualTo(Exit.SUCCEEDED);
      assertThat(shop.stage(1)).isEqualTo("small");
      assertThat(ann.sluice(now).exit()).isEqualTo(Exit.SUCCEEDED);
      assertThat(bob.sluice(now).exit()).isEqualTo(Exit.SUCCEEDED);
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** As docs/guide/approvals.md has it, by those whom it names. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_pipeline_approves_by_kubectl_alone_and_does_nothing_else() throws IOException {
    Page page = new Page("docs/guide/approvals.md");
    try (ReleasedShop shop = cluster.open("shop")) {
      shop.adopt(POLICY.formatted("{ people: 1 }", "2s"));
      shop.comeUsers(20);
      shop.shop().deploy(Edition.of("v2"));

      Shell owner =
          Person.of(cluster.kubelab(), "shop", "ada", folder, "admin").shell(folder("ada"));
      Files.writeString(
          owner.folder().resolve("approver.yaml"), page.block("yaml", "kind: Role\n"));
      owner.run(
          """
          kubectl apply -f approver.yaml
          kubectl create rolebinding pipeline --role=approver --serviceaccount=shop:pipeline
          """);
      Shell pipeline =
          Person.of(cluster.kubelab(), "shop", "pipeline", folder).shell(folder("pipeline"));
      shop.awaitReason(1, "approval");

      assertThat(pipeline.run("kubectl get releases")).contains("order-service-1");
      String command =
          page.block("yaml", "kind: ReleaseCommand").replace("order-service-7", "order-service-1");
      Path file = pipeline.folder().resolve("approve.yaml");
      for (String other : List.of("Promote", "Abort")) {
        Files.writeString(file, command.replace("action: Approve", "action: " + other));
        assertThatThrownBy(() -> pipeline.run(page.block("sh", "approve.yaml")))
            .hasMessageContaining("releases/" + other.toLowerCase(Locale.ROOT));
      }
      Files.writeString(file, command);
      pipeline.run(page.block("sh", "approve.yaml"));
      heard(
          shop,
          1,
          "system:serviceaccount:shop:pipeline approved half. Reason given: dashboards look right");
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Its developer says that somebody else made the change, in every way that there is. */
  private static void cannotBeForged(ReleasedShop shop) {
    Await.until("its author is written", SOON, () -> authors(shop).isPresent());
    for (String value : List.of("\"ann\"", "null", "\"\"")) {
      shop.shop()
          .developer()
          .apps()
          .deployments()
          .inNamespace(shop.namespace())
          .withName(Shop.NAME)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(Marks.AUTHORS, value));
      assertThat(authors(shop)).contains(Shop.DEVELOPER);
    }
  }

  private static Optional<String> authors(ReleasedShop shop) {
    return Marks.annotation(
        cluster
            .kubelab()
            .admin()
            .apps()
            .deployments()
            .inNamespace(shop.namespace())
            .withName(Shop.NAME)
            .require(),
        Marks.AUTHORS);
  }

  /** A command that says it is another person's, of the right group. */
  private static void give(Kubectl who, String action) {
    who.with(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleaseCommand
        metadata: { generateName: forged- }
        spec:
          release: order-service-1
          action: %s
          reason: trust me
          by: ann
          groups: ["system:serviceaccounts:eyes"]
        """
            .formatted(action),
        "create",
        "-f",
        "-");
  }

  private static void heard(ReleasedShop shop, int release, String sentence) {
    Await.until(
        sentence, SOON, () -> shop.decisions(release).stream().anyMatch(d -> d.contains(sentence)));
  }

  /** Who may give every command in that shop. */
  private static Kubectl releaser(ReleasedShop shop, String name, String group) {
    Kubectl.admin(cluster.kubelab(), shop.namespace())
        .run("create", "rolebinding", name, "--clusterrole=sluice-releaser", "--user=" + name);
    cluster.kubelab().awaitGrants();
    return new Kubectl(
        cluster.kubelab(), shop.namespace(), List.of("--as=" + name, "--as-group=" + group));
  }

  private Person person(ReleasedShop shop, String name) {
    return Person.of(cluster.kubelab(), shop.namespace(), name, folder, "sluice-releaser", "view");
  }
}
