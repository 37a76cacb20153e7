package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster is meant, as kubectl finds it: in a pod its own, else what KUBECONFIG names. */
final class Connection {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Instead of KUBECONFIG.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Of the kubeconfig; instead of its current one.")
  private @Nullable String context;

  /**
   * Connects, and asks the API server for its version.
   *
   * @throws Failed if there is none that answers
   */
  KubernetesClient open() throws Failed {
    return open(_ -> {});
  }

  /**
   * As {@link #open()}.
   *
   * @param http what else the client's requests go through
   */
  KubernetesClient open(Consumer<HttpClient.Builder> http) throws Failed {
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new Failed(
          Exit.USAGE,
          "The kubeconfig %s cannot be read. Name another with --kubeconfig."
              .formatted(kubeconfig));
    }
    Config config =
        kubeconfig == null
            ? Config.autoConfigure(context)
            : Config.fromKubeconfig(kubeconfig.toFile());
    // Its first word is the name under which the API server knows whose fields are whose.
    config.setUserAgent(Marks.FIELD_MANAGER);
    config.setRequestTimeout((int) ANSWER.toMillis());
    config.setRequestRetryBackoffLimit(0);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientBuilderConsumer(http)
            .build();
    try {
      var _ = client.getKubernetesVersion();
      return client;
    } catch (KubernetesClientException e) {
      client.close();
      throw new Failed(
          Exit.UNREACHABLE,
          "The API server %s does not answer (%s). Is KUBECONFIG, or --context, the one that is meant?"
              .formatted(config.getMasterUrl(), e.getMessage()));
    }
  }
}
