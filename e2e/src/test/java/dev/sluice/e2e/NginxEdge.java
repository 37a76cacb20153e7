package dev.sluice.e2e;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceBackendPort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Debian's nginx in front of a cluster: it follows Ingresses and endpoints as ingress-nginx does,
 * half a second late, which is what was seen of that one.
 */
final class NginxEdge implements Edge, AutoCloseable {
  private static final long LATE_MILLIS = 500;
  private static final String SERVICE = "kubernetes.io/service-name";

  private final int port = FreePorts.one();
  private final SharedIndexInformer<Ingress> ingresses;
  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final NginxProcess nginx;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> following;

  private NginxEdge(KubernetesClient client) throws IOException {
    ingresses = client.network().v1().ingresses().inAnyNamespace().inform();
    services = client.services().inAnyNamespace().inform();
    slices = client.discovery().v1().endpointSlices().inAnyNamespace().inform();
    nginx = NginxProcess.routing(table(), "", port);
    following =
        clock.scheduleWithFixedDelay(
            () -> nginx.route(table()), LATE_MILLIS, LATE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** It listens when this returns. */
  static NginxEdge start(Kubelab cluster) throws IOException {
    return new NginxEdge(cluster.admin());
  }

  @Override
  public URI listener() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public String route() {
    return "Ingress";
  }

  private String table() {
    return IngressTable.of(ingresses.getStore().list(), this::endpoints);
  }

  /** As {@code 10.0.0.1:8080}, of those that are ready. */
  private List<String> endpoints(@Nullable String namespace, IngressServiceBackend backend) {
    Optional<String> port =
        services.getStore().list().stream()
            .filter(s -> s.getMetadata().getNamespace().equals(namespace))
            .filter(s -> s.getMetadata().getName().equals(backend.getName()))
            .flatMap(s -> s.getSpec().getPorts().stream())
            .filter(p -> isNamed(p, backend.getPort()))
            .map(p -> requireNonNullElse(p.getName(), ""))
            .findFirst();
    return slices.getStore().list().stream()
        .filter(s -> s.getMetadata().getNamespace().equals(namespace))
        .filter(s -> backend.getName().equals(s.getMetadata().getLabels().get(SERVICE)))
        .flatMap(s -> addresses(s, port.orElse("")))
        .sorted()
        .toList();
  }

  private static boolean isNamed(ServicePort port, ServiceBackendPort wanted) {
    return wanted.getName() == null
        ? port.getPort().equals(wanted.getNumber())
        : wanted.getName().equals(port.getName());
  }

  private static Stream<String> addresses(EndpointSlice slice, String name) {
    return requireNonNullElse(slice.getPorts(), List.<EndpointPort>of()).stream()
        .filter(port -> requireNonNullElse(port.getName(), "").equals(name))
        .flatMap(
            port ->
                slice.getEndpoints().stream()
                    .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                    .flatMap(e -> e.getAddresses().stream())
                    .map(address -> address + ":" + port.getPort()));
  }

  /**
   * @throws IllegalStateException if it stopped following before
   */
  @Override
  public void close() {
    boolean followed = !following.isDone();
    clock.shutdownNow();
    nginx.close();
    Stream.of(ingresses, services, slices).forEach(SharedIndexInformer::stop);
    if (!followed) {
      throw new IllegalStateException("nginx stopped following.", following.exceptionNow());
    }
  }
}
