package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubectl;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.Person;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.kubernetes.install.Removal;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever takes Sluice away while an old version is kept warm is told what to do first; with the
 * rights that the chart gives to its uninstaller.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class UninstallWhileWarmTest {
  private static final Installation INSTALLATION = Installation.clusterWide("sluice-system");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy: { canary: { stages: [{ name: half, weight: 50, min: 2s, max: 4s }], bake: 2s } }
      drain: 1s
      keepWarm: 1h
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @TempDir static Path folder;

  @Test
  void it_refuses_and_the_line_that_it_prints_ends_the_keeping() throws Exception {
    try (ReleasedShop shop = cluster.open("warm");
        KubernetesClient uninstaller = uninstaller()) {
      Map<String, Object> ordinary = entries(shop);
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.comeCallers(20);
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();
      Await.until("only v2 is pinned to", SOON, () -> shop.pinned().size() == 4);
      Map<String, Object> pinned = shop.written();
      Set<String> all = shop.pods();
      assertThat(all).as("of both versions").hasSize(8);

      String why = refusal(uninstaller);
      assertThat(why)
          .startsWith("Nothing was removed: ")
          .contains(
              "warm/order-service: ReplicaSet order-service-",
              ", pods: 4. The old version's pods stay until ")
          .contains("docs/escape.md");
      assertThat(shop.written()).as("all pins and marks").isEqualTo(pinned);
      assertThat(shop.pods()).isEqualTo(all);
      assertThat(INSTALLATION.broken(cluster.kubelab().admin(), SOON)).isEmpty();

      String line =
          why.lines().map(String::strip).filter(l -> l.startsWith("kubectl")).toList().getFirst();
      Person.of(cluster.kubelab(), "warm", "erin", folder, "edit").shell(folder).run(line);
      Await.until("the old pods go", SOON, () -> shop.pods().size() == 4);
      Await.until(
          "it refuses no more", SOON, () -> uninstall(uninstaller) instanceof Removal.Removed);
      assertThat(entries(shop)).isEqualTo(ordinary);
      assertThat(shop.pinned()).as("pinned to nothing").isEmpty();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** What leads users to the pods. */
  private static Map<String, Object> entries(ReleasedShop shop) {
    Map<String, Object> all = shop.written();
    all.keySet().removeIf(k -> k.startsWith("Deployment") || k.endsWith("labels"));
    return all;
  }

  private static String refusal(KubernetesClient uninstaller) {
    Removal removal = uninstall(uninstaller);
    assertThat(removal).isInstanceOf(Removal.Refused.class);
    return ((Removal.Refused) removal).why();
  }

  private static Removal uninstall(KubernetesClient uninstaller) {
    try {
      return INSTALLATION.uninstall(uninstaller, Installation.Objects.KEEP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the account of the chart's hook, and what it may do. */
  private static KubernetesClient uninstaller() {
    Kubectl admin = Kubectl.admin(cluster.kubelab(), INSTALLATION.namespace());
    List<String> rights =
        Helm.without_a_cluster().rendered().stream()
            .filter(o -> o.getMetadata().getName().startsWith("sluice-uninstall"))
            .filter(o -> !o.getKind().equals("Job"))
            .map(Serialization::asYaml)
            .toList();
    admin.with(String.join("\n---\n", rights), "apply", "-f", "-");
    return cluster.kubelab().serviceAccount(INSTALLATION.namespace(), "sluice-uninstall");
  }
}
