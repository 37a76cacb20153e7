package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.kubernetes.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Invariant 4: the operator is killed after each single write that it does, from adopting to the
 * end, before and after it hears that it is done; the next one goes on from there.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(600)
class KilledAfterEachWriteTest {
  private static final double RATE = 80;

  private static final Duration SOON = Duration.ofMinutes(1);

  /** Cleaning up and telling take as many starts of the operator as they take writes. */
  private static final Duration LATE = Duration.ofMinutes(5);

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static ApiServerProxy proxy;
  private static OperatorProcess operator;

  @BeforeAll
  static void start() throws InterruptedException {
    SluiceOnCluster.install(cluster.kubelab());
    proxy = ApiServerProxy.before(cluster.kubelab().admin().getConfiguration(), 1);
    operator =
        new OperatorProcess(
            cluster.kubelab(),
            cluster.gateway(),
            "dev.sluice.cli.Main",
            Path.of("target", "e2e", "killed-after-each-write"),
            proxy.url(),
            OperatorProcess.Surroundings.USUAL);
    operator.start();
  }

  @AfterAll
  static void stop() {
    operator.close();
    proxy.close();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("chosen")
  void it_ends_as_it_should_and_nobody_notices(Course course) {
    String name = "each-" + course.name().toLowerCase(Locale.ROOT).replace('_', '-');
    Instant began = Instant.now();
    try (ReleasedShop shop = cluster.open(name)) {
      shop.bearsWith(LATE);
      if (course == Course.BLUE_GREEN) {
        shop.shop().applyPreview();
      }
      Course.Before before = new Course.Before(shop.pods(), shop.written());
      shop.comeUsers(RATE);
      course.begins(shop);
      Deaths deaths = new Deaths(proxy, operator, name);
      try (deaths) {
        course.goesOn(shop, before);
        if (course != Course.LEAVE) {
          shop.awaitReady();
          Await.until("no release is said to run", SOON, () -> running(name) == 0);
        }
      } finally {
        System.out.println(deaths.told());
        System.out.printf(
            "%s: %d s, %d starts of the operator, %d pods; it says %s%n",
            name,
            Duration.between(began, Instant.now()).toSeconds(),
            operator.starts(),
            Counted.pods(shop),
            operator.said(name).stream().filter(l -> l.matches("(bug|trouble): .*")).toList());
      }
      assertThat(deaths.kinds().keySet())
          .as("kinds of writes after which it was killed")
          .containsAll(course.deadly());
      assertThat(Counted.pods(shop))
          .as("no pod is started again")
          .isLessThanOrEqualTo(course.pods());
      assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
    }
  }

  /** All, or those that {@code -Dsluice.courses=CANARY,UNDO} names. */
  static Stream<Course> chosen() {
    Set<String> names = Set.of(System.getProperty("sluice.courses", "").split(","));
    return Stream.of(Course.values())
        .filter(course -> names.equals(Set.of("")) || names.contains(course.name()));
  }

  private static int running(String namespace) {
    return cluster
        .kubelab()
        .admin()
        .genericKubernetesResources(Cluster.RELEASES)
        .inNamespace(namespace)
        .withLabel("sluice.dev/running")
        .list()
        .getItems()
        .size();
  }
}
