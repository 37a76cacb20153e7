package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubectl;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Repository;
import dev.sluice.e2e.Shell;
import dev.sluice.e2e.faults.EscapeDocument;
import dev.sluice.e2e.faults.OrdinaryAgain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Helm takes the operator and the admission policies away and leaves every mark: what
 * docs/escape.md says of that, as it stands there, in mid-release and while an old version is kept
 * warm.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(600)
class WithoutHooksTest {
  private static final String NAMESPACE = "sluice-system";
  private static final EscapeDocument DOCUMENT = EscapeDocument.read();
  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir static Path folder;

  @Test
  void people_get_their_objects_back_with_kubectl_alone() throws Exception {
    cluster.kubelab().load(Helm.DEPLOY.resolveSibling("target/dist/sluice-image.tar"));
    Helm helm = Helm.of(cluster.kubelab());
    helm.run(
        "install",
        "sluice",
        Helm.CHART,
        "-n",
        NAMESPACE,
        "--create-namespace",
        "--set=replicas=1",
        "--wait",
        "--timeout=90s");
    Files.createSymbolicLink(folder.resolve("deploy"), Repository.file("deploy"));
    Shell shell = Shell.ofAdmin(cluster.kubelab(), folder);

    try (ReleasedShop warm = cluster.open("warm");
        ReleasedShop half = cluster.open("half")) {
      Map<String, Object> beforeWarm = warm.written();
      Map<String, Object> beforeHalf = half.written();
      release(warm, "3s");
      release(half, "900s");
      assertThat(warm.awaitEnd(1)).isEqualTo("Succeeded");
      half.awaitStage(1, "half");

      helm.run("uninstall", "sluice", "-n", NAMESPACE, "--no-hooks", "--wait", "--timeout=90s");
      OrdinaryAgain.leftByHand(warm);
      OrdinaryAgain.leftByHand(half);
      assertThat(policies()).doesNotContain("sluice");
      assertThat(warm.pinned()).as("the marks stay").hasSize(4);

      shell.run(DOCUMENT.withoutHooks());
      shell.run(DOCUMENT.gone(warm.namespace(), false));
      shell.run(DOCUMENT.gone(half.namespace(), false));
      shell.run(DOCUMENT.leaves());
      assertThat(policies()).doesNotContain("sluice");
      new OrdinaryAgain(warm, beforeWarm).assertLeftTo("v2");
      new OrdinaryAgain(half, beforeHalf).assertLeftTo("v2");
    }
  }

  /**
   * @param stage how long its only stage takes
   */
  private static void release(ReleasedShop shop, String stage) {
    shop.adopt(
        """
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy: { canary: { stages: [{ name: half, weight: 50, min: %1$s, max: %1$s }], bake: 2s } }
        drain: 1s
        keepWarm: 900s
        analysis: { arm: Always }
        """
            .formatted(stage));
    shop.comeUsers(40);
    // On fresh connections: one that was kept and idle may meet the end of its pod.
    shop.come("callers", shop.shop().callers().fresh(10));
    shop.shop().deploy(Edition.of("v2"));
  }

  private static String policies() {
    return Kubectl.admin(cluster.kubelab(), NAMESPACE)
        .run(
            "get",
            "mutatingadmissionpolicies,mutatingadmissionpolicybindings,"
                + "validatingadmissionpolicies,validatingadmissionpolicybindings",
            "-o",
            "name");
  }
}
