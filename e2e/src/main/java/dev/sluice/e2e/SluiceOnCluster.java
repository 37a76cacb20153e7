package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.kubernetes.install.Removal;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sluice as it is installed, and its operator with the rights of its own account and no others. */
public final class SluiceOnCluster implements AutoCloseable {
  static final String NAMESPACE = "sluice-system";
  private static final Duration LEAVING = Duration.ofMinutes(2);

  /** Labels in alphabetical order: code, resource, verb. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "sluice_api_requests_total\\{code=\"[^\"]*\",resource=\"([^\"]*)\",verb=\"([^\"]*)\"} (\\S+)");

  private final Kubelab cluster;
  private final Gateway gateway;
  private final Operator operator;
  private final Telemetry telemetry;

  private SluiceOnCluster(
      Kubelab cluster, Gateway gateway, Operator operator, Telemetry telemetry) {
    this.cluster = cluster;
    this.gateway = gateway;
    this.operator = operator;
    this.telemetry = telemetry;
  }

  /**
   * Installed and at work when this returns.
   *
   * @throws IllegalStateException if an admission policy does not work there
   */
  public static SluiceOnCluster start(Kubelab cluster, Gateway gateway)
      throws InterruptedException, ExecutionException, TimeoutException {
    install(cluster);
    Telemetry telemetry = new Telemetry();
    Operator operator =
        Operator.start(
            cluster.serviceAccount(
                NAMESPACE,
                Installation.ACCOUNT,
                http -> http.addOrReplaceInterceptor("requests", telemetry.requests())),
            Optional.empty(),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of(gateway.stats()))),
            Settings.defaults(),
            telemetry);
    return new SluiceOnCluster(cluster, gateway, operator, telemetry);
  }

  /** Without an operator. */
  public static void install(Kubelab cluster) throws InterruptedException {
    List<String> broken = Installation.clusterWide(NAMESPACE).apply(cluster.admin());
    if (!broken.isEmpty()) {
      throw new IllegalStateException(String.join(" ", broken));
    }
    cluster.awaitGrants();
  }

  /** A shop in a namespace of its own, which serves v1 when this returns. */
  public ReleasedShop open(String namespace) {
    return ReleasedShop.open(cluster, gateway, namespace);
  }

  /**
   * What the operator has asked of the API server until now.
   *
   * @return how often, by verb and resource: {@code update releasepolicies/status}
   */
  public Map<String, Integer> requests() {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      telemetry.write(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Integer> all = new TreeMap<>();
    page.toString(UTF_8)
        .lines()
        .map(REQUEST::matcher)
        .filter(Matcher::matches)
        .forEach(
            m ->
                all.merge(
                    m.group(2) + " " + m.group(1),
                    (int) Double.parseDouble(m.group(3)),
                    Integer::sum));
    return all;
  }

  /**
   * What it has asked since then.
   *
   * @param before what {@link #requests} said
   */
  public Map<String, Integer> requestsSince(Map<String, Integer> before) {
    Map<String, Integer> since = requests();
    before.forEach((what, count) -> since.merge(what, -count, Integer::sum));
    since.values().removeIf(count -> count == 0);
    return since;
  }

  /** How many of these requests write. */
  public static int writes(Map<String, Integer> requests) {
    return requests.entrySet().stream()
        .filter(e -> !e.getKey().matches("(get|list|watch) .*"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** On a cluster that is not this run's own it leaves nothing behind. */
  @Override
  public void close() {
    boolean leaves = cluster.attached().isPresent();
    if (leaves) {
      Await.until("all policies are gone", LEAVING, this::nothingIsFollowed);
    }
    operator.close();
    if (leaves) {
      uninstall();
    }
  }

  private void uninstall() {
    try {
      if (Installation.clusterWide(NAMESPACE)
              .uninstall(cluster.admin(), Installation.Objects.DELETE)
          instanceof Removal.Refused(String why)) {
        throw new IllegalStateException("Sluice is still installed: " + why);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean nothingIsFollowed() {
    return cluster
        .admin()
        .genericKubernetesResources(Cluster.POLICIES)
        .inAnyNamespace()
        .list()
        .getItems()
        .isEmpty();
  }
}
