package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The cluster itself: who is who on it, and what is left to read after a failure. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class RealClusterTest {
  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @Test
  void a_person_is_who_it_says_and_may_do_nothing_that_nobody_granted() {
    KubernetesClient dana = cluster.kubelab().user("dana", "shop-developers");

    assertThat(whoIs(dana)).isEqualTo("dana");
    assertThatThrownBy(() -> dana.pods().inNamespace("default").list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("User \"dana\" cannot list resource \"pods\"");
  }

  @Test
  void a_program_is_its_service_account_by_a_token_of_its_own() {
    cluster
        .kubelab()
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("robot")
                .endMetadata()
                .build())
        .create();

    assertThat(whoIs(cluster.kubelab().serviceAccount("default", "robot")))
        .isEqualTo("system:serviceaccount:default:robot");
  }

  @Test
  void what_is_collected_can_be_read_without_the_cluster(@TempDir Path folder) throws Exception {
    cluster.kubelab().collect(folder);

    assertThat(Files.readString(folder.resolve("overview.txt"))).contains("node1");
    assertThat(Files.readString(folder.resolve("events.txt"))).contains("Starting kubelet.");
    assertThat(folder.resolve("kubelab/kube-apiserver.log")).isNotEmptyFile();
    assertThat(folder.resolve("gateway/contour.log")).isNotEmptyFile();
    assertThat(folder.resolve("objects/gateways.gateway.networking.k8s.io.yaml"))
        .content()
        .contains("name: edge");
  }

  @Test
  void a_cluster_that_runs_is_not_started_twice() {
    assertThatThrownBy(() -> Kubelab.start(Options.SMALL))
        .hasMessageStartingWith(
            "Cluster %d is another run's; choose a number".formatted(Options.SMALL.cluster()));
  }

  private static String whoIs(KubernetesClient client) {
    return client
        .resource(new SelfSubjectReviewBuilder().build())
        .create()
        .getStatus()
        .getUserInfo()
        .getUsername();
  }
}
