package dev.sluice.kubernetes.evidence;

import dev.sluice.probes.checks.Answers;
import dev.sluice.probes.metrics.HttpPages;
import dev.sluice.probes.metrics.Pages;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.Optional;

/** The way to the pages of pods. */
public sealed interface PodPages {
  /** Where a pod's page is; empty: there is no way to it. */
  Optional<URI> at(ObservedPod pod, int port, String path);

  /** How to read it. */
  Pages pages();

  /** How to ask it anything else. */
  Answers answers();

  /** Over the network of the pods, for whoever runs inside of the cluster. */
  static PodPages direct() {
    return new Direct(new HttpPages(HttpPages.ANSWER, HttpPages.MIB), Answers.direct());
  }

  /**
   * Through the API server, for whoever can reach nothing else. Needs {@code get} on {@code
   * pods/proxy}.
   */
  static PodPages throughApiServer(KubernetesClient client) {
    ApiServerPages pages = new ApiServerPages(client);
    return new Proxied(client.getMasterUrl().toString(), pages, pages);
  }

  /** A pod's own address; empty until it has one. */
  static Optional<URI> onItsOwnNetwork(ObservedPod pod, int port, String path) {
    return pod.ip()
        .map(ip -> ip.indexOf(':') < 0 ? ip : "[" + ip + "]")
        .map(host -> URI.create("http://" + host + ":" + port + path));
  }

  record Direct(Pages pages, Answers answers) implements PodPages {
    @Override
    public Optional<URI> at(ObservedPod pod, int port, String path) {
      return onItsOwnNetwork(pod, port, path);
    }
  }

  /**
   * @param server its URL, with a slash at the end
   */
  record Proxied(String server, Pages pages, Answers answers) implements PodPages {
    @Override
    public Optional<URI> at(ObservedPod pod, int port, String path) {
      return pod.ip()
          .map(
              _ ->
                  URI.create(
                      "%sapi/v1/namespaces/%s/pods/%s:%d/proxy%s"
                          .formatted(server, pod.namespace(), pod.name(), port, path)));
    }
  }
}
