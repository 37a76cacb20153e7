package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubectl;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Shell;
import dev.sluice.kubernetes.install.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The chart with {@code onlyThisNamespace}: a team's own operator, beside others who have none. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(600)
class ChartForOneNamespaceTest {
  private static final String TEAM = "team";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages: [{ name: half, weight: 50, min: 6s, max: 15s }]
          bake: 6s
      drain: 1s
      keepWarm: 1h
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir static Path folder;

  @Test
  void it_releases_there_and_has_no_right_anywhere_else() throws Exception {
    cluster.kubelab().load(Helm.DEPLOY.resolveSibling("target/dist/sluice-image.tar"));
    Helm helm = Helm.of(cluster.kubelab());
    Kubectl kubectl = Kubectl.admin(cluster.kubelab(), TEAM);
    try (ReleasedShop shop = cluster.open(TEAM)) {
      helm.run(
          "install",
          "sluice",
          Helm.CHART,
          "-n",
          TEAM,
          "--set=onlyThisNamespace=true",
          "--wait",
          "--timeout=90s");
      assertThat(Installation.inNamespace(TEAM).broken(cluster.kubelab().admin(), PATIENCE))
          .isEmpty();
      for (String elsewhere : List.of("default", "kube-system")) {
        for (String right : List.of("patch deployments.apps", "patch services", "list pods")) {
          assertThat(may(kubectl, right, elsewhere)).as(right + " in " + elsewhere).isFalse();
        }
      }
      assertThat(may(kubectl, "patch deployments.apps", TEAM)).isTrue();

      shop.adopt(SPEC);
      shop.comeUsers(50);
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();

      assertThat(helm.attempt("uninstall", "sluice", "-n", TEAM).exit()).isNotZero();
      String why = kubectl.run("logs", "job/sluice-uninstall");
      assertThat(why).contains("Nothing was removed: an old version is kept warm");
      Shell.ofAdmin(cluster.kubelab(), folder)
          .run(why.lines().filter(line -> line.contains("kubectl -n")).findFirst().orElseThrow());
      Await.until("nothing is kept any more", PATIENCE, () -> beside(kubectl).isEmpty());
      helm.run("uninstall", "sluice", "-n", TEAM, "--wait", "--timeout=90s");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** The sets beside a Deployment. */
  private static String beside(Kubectl kubectl) {
    return kubectl.run("get", "replicasets", "-l", "sluice.dev/track", "-o", "name");
  }

  private static boolean may(Kubectl kubectl, String right, String namespace) {
    String[] words = right.split(" ");
    return !kubectl
        .attempt(
            "",
            "auth",
            "can-i",
            words[0],
            words[1],
            "--namespace=" + namespace,
            "--as=system:serviceaccount:" + TEAM + ":sluice")
        .refused();
  }
}
