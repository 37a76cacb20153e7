package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster is meant, as kubectl finds it: in a pod its own, else what KUBECONFIG names. */
public final class Connection {
  /** Where the client looks if nobody has told it anything. */
  private static final String IN_A_POD = "https://kubernetes.default.svc";

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Doubled five times at most: a watch is there again two seconds after the API server. */
  private static final Duration WATCH_AGAIN = Duration.ofMillis(60);

  @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Instead of KUBECONFIG.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Of the kubeconfig; instead of its current one.")
  private @Nullable String context;

  /** Filled in by picocli. */
  public Connection() {}

  /** Whether a person has said which one. */
  public boolean isNamed() {
    return kubeconfig != null || context != null;
  }

  /**
   * Connects, and asks the API server for its version.
   *
   * @throws Failed if there is none that answers
   */
  public KubernetesClient open() throws Failed {
    return open(_ -> {});
  }

  /**
   * As {@link #open()}.
   *
   * @param http what else the client's requests go through
   */
  KubernetesClient open(Consumer<HttpClient.Builder> http) throws Failed {
    return open(http, _ -> false);
  }

  /**
   * As {@link #open()}.
   *
   * @param http what else the client's requests go through
   * @param again hears why the API server does not answer, and whether to ask it again
   */
  KubernetesClient open(Consumer<HttpClient.Builder> http, Predicate<String> again) throws Failed {
    Config config = config();
    // Its first word is the name under which the API server knows whose fields are whose.
    config.setUserAgent(Marks.FIELD_MANAGER);
    config.setRequestTimeout((int) ANSWER.toMillis());
    config.setRequestRetryBackoffLimit(0);
    config.setWatchReconnectInterval((int) WATCH_AGAIN.toMillis());
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientBuilderConsumer(http)
            .build();
    Optional<String> silent = silent(client);
    while (silent.isPresent()) {
      if (!again.test(silent.get())) {
        client.close();
        throw new Failed(Exit.UNREACHABLE, silent.get());
      }
      silent = silent(client);
    }
    return client;
  }

  /** Why the API server does not answer; empty: it does. */
  private static Optional<String> silent(KubernetesClient client) {
    try {
      // As a text: to make an object of it takes longer than to ask.
      var _ = client.raw("/version", "GET", null);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(
          "The API server %s does not answer (%s). Is KUBECONFIG, or --context, the one that is meant?"
              .formatted(client.getConfiguration().getMasterUrl(), Asking.said(e)));
    }
  }

  private Config config() throws Failed {
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new Failed(
          Exit.USAGE,
          "The kubeconfig %s cannot be read. Name another with --kubeconfig."
              .formatted(kubeconfig));
    }
    Config config = read();
    Optional<String> taken =
        Optional.ofNullable(config.getCurrentContext()).map(NamedContext::getName);
    if (context != null && !taken.equals(Optional.of(context))) {
      // The client takes the current one then, which is not what was asked for.
      throw new Failed(
          Exit.USAGE,
          "There is no context %s in the kubeconfig; it has: %s."
              .formatted(context, contexts(config)));
    }
    if (taken.isEmpty()
        && config.getMasterUrl().startsWith(IN_A_POD)
        && System.getenv("KUBERNETES_SERVICE_HOST") == null) {
      throw new Failed(
          Exit.UNREACHABLE,
          "No cluster is named: there is no kubeconfig that has a current context, and this is no pod"
              + " of a cluster. Name one with --kubeconfig or --context.");
    }
    return config;
  }

  /** The client does not say what is wrong with a file; it breaks over it. */
  private Config read() throws Failed {
    KubeconfigForm.use();
    try {
      return kubeconfig == null
          ? Config.autoConfigure(context)
          : Config.fromKubeconfig(context, kubeconfig.toFile());
    } catch (RuntimeException e) {
      throw new Failed(
          Exit.USAGE,
          "%s is no kubeconfig, or is damaged."
              .formatted(kubeconfig == null ? "What KUBECONFIG names" : kubeconfig));
    }
  }

  private static String contexts(Config config) {
    List<String> names =
        Optional.ofNullable(config.getContexts()).orElse(List.of()).stream()
            .map(NamedContext::getName)
            .sorted()
            .toList();
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
