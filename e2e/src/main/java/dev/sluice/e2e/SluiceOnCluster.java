package dev.sluice.e2e;

import dev.sluice.kubernetes.install.Installation;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Sluice as it is installed, and its operator with the rights of its own account and no others. */
public final class SluiceOnCluster implements AutoCloseable {
  static final String NAMESPACE = "sluice-system";

  private final Kubelab cluster;
  private final Gateway gateway;
  private final Operator operator;

  private SluiceOnCluster(Kubelab cluster, Gateway gateway, Operator operator) {
    this.cluster = cluster;
    this.gateway = gateway;
    this.operator = operator;
  }

  /**
   * Installed and at work when this returns.
   *
   * @throws IllegalStateException if an admission policy does not work there
   */
  public static SluiceOnCluster start(Kubelab cluster, Gateway gateway)
      throws InterruptedException, ExecutionException, TimeoutException {
    install(cluster);
    Operator operator =
        Operator.start(
            cluster.serviceAccount(NAMESPACE, Installation.ACCOUNT),
            Optional.empty(),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of(gateway.stats()))),
            Settings.defaults(),
            new Telemetry());
    return new SluiceOnCluster(cluster, gateway, operator);
  }

  /** Without an operator. */
  static void install(Kubelab cluster) throws InterruptedException {
    List<String> broken = Installation.clusterWide(NAMESPACE).apply(cluster.admin());
    if (!broken.isEmpty()) {
      throw new IllegalStateException(String.join(" ", broken));
    }
  }

  /** A shop in a namespace of its own, which serves v1 when this returns. */
  public ReleasedShop open(String namespace) {
    return ReleasedShop.open(cluster, gateway, namespace);
  }

  @Override
  public void close() {
    operator.close();
  }
}
