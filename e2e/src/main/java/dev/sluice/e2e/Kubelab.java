package dev.sluice.e2e;

import com.sun.security.auth.module.UnixSystem;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A real Kubernetes of this host's own, from start to end. It needs root and what {@code make
 * cluster} builds; where one is missing the exception says so in a sentence. Or one that was there
 * before and stays ({@link Attached}).
 */
public final class Kubelab implements AutoCloseable {
  private static final Duration UP = Duration.ofMinutes(4);
  private static final Duration DOWN = Duration.ofMinutes(1);
  private static final Duration COLLECT = Duration.ofMinutes(2);

  private static Optional<Kubelab> standing = Optional.empty();

  private final Options options;
  private final Optional<Attached> attached;
  private final Optional<FileChannel> lock;
  private final Scripts scripts;
  private final Thread onExit = new Thread(this::down, "cluster-down");
  private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();
  private final KubernetesClient admin;

  /**
   * @param cluster its number, 0 to 99; several run side by side
   * @param nodes 1 to 9; 0: the control plane alone, whose pods stay pending
   * @param dns whether names of Services resolve inside the cluster
   * @param metrics whether metrics-server runs, for autoscalers
   */
  public record Options(int cluster, int nodes, boolean dns, boolean metrics) {
    /** One node and nothing more; the number is 90 or what {@code -Dsluice.cluster} says. */
    public static final Options SMALL =
        new Options(Integer.getInteger("sluice.cluster", 90), 1, false, false);

    /** For what the API server and its controllers do by themselves. */
    public static final Options CONTROL_PLANE = SMALL.withNodes(0);

    public Options withNodes(int count) {
      return new Options(cluster, count, dns, metrics);
    }

    public Options withDns() {
      return new Options(cluster, nodes, true, metrics);
    }

    public Options withMetrics() {
      return new Options(cluster, nodes, dns, true);
    }

    private Map<String, String> environment() {
      Map<String, String> environment = new HashMap<>();
      environment.put("CLUSTER", String.valueOf(cluster));
      environment.put("NODES", String.valueOf(Math.max(1, nodes)));
      if (dns) {
        environment.put("DNS_ON", "1");
      }
      if (metrics) {
        environment.put("METRICS_ON", "1");
      }
      return environment;
    }
  }

  private Kubelab(Options options, Attached attached) {
    this.options = options;
    this.attached = Optional.of(attached);
    this.lock = Optional.empty();
    this.scripts = new Scripts(options.environment());
    this.admin = client(configuration());
  }

  private Kubelab(Options options, FileChannel lock) {
    this.options = options;
    this.attached = Optional.empty();
    this.lock = Optional.of(lock);
    this.scripts = new Scripts(options.environment());
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      if (Files.isDirectory(state())) {
        // Nobody holds its lock: left behind by a run that was killed.
        down();
      }
      scripts.run(UP, "kubelab/up.sh", options.nodes() == 0 ? new String[] {"cp"} : new String[0]);
      this.admin = client(configuration());
    } catch (RuntimeException e) {
      end();
      throw e;
    }
  }

  /** Why this process can start none; empty: it can. */
  public static Optional<String> impossible() {
    return Attached.told().isPresent() || new UnixSystem().getUid() == 0
        ? Optional.empty()
        : Optional.of(
            "a cluster is made of network namespaces, mounts and cgroups, which only root may make:"
                + " run it as root");
  }

  /**
   * Its nodes, if any, are ready when this returns. One that {@link #standing} kept ends before.
   */
  public static synchronized Kubelab start(Options options) {
    standing.ifPresent(Kubelab::close);
    standing = Optional.empty();
    return Attached.told()
        .map(attached -> new Kubelab(options, attached))
        .orElseGet(() -> new Kubelab(options, lock(options.cluster())));
  }

  /**
   * One for several that follow one another, who do not close it: it stands until another is
   * started or the process ends.
   *
   * @param furnish what is done once, when it has started
   */
  static synchronized Kubelab standing(Options options, Consumer<Kubelab> furnish) {
    if (standing.filter(there -> there.options().equals(options)).isEmpty()) {
      Kubelab started = start(options);
      try {
        furnish.accept(started);
      } catch (RuntimeException | Error e) {
        // Nobody else is to meet one that is half furnished.
        started.close();
        throw e;
      }
      standing = Optional.of(started);
    }
    return standing.get();
  }

  /** May do everything: for arranging a scenario, never for what a scenario is about. */
  public KubernetesClient admin() {
    return admin;
  }

  /** As a person: what it may do is what RBAC says of that name and these groups. */
  public KubernetesClient user(String name, String... groups) {
    return client(
        new ConfigBuilder(configuration())
            .withImpersonateUsername(name)
            .withImpersonateGroups(groups)
            .build());
  }

  /** As a program in the cluster, by a token of its own that is good for four hours. */
  public KubernetesClient serviceAccount(String namespace, String name) {
    return serviceAccount(namespace, name, _ -> {});
  }

  /** The same, with an HTTP client of its own making. */
  KubernetesClient serviceAccount(
      String namespace, String name, Consumer<HttpClient.Builder> more) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(name)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(Duration.ofHours(4).toSeconds())
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Config asAdmin = configuration();
    return client(
        new ConfigBuilder(Config.empty())
            .withMasterUrl(asAdmin.getMasterUrl())
            .withCaCertData(asAdmin.getCaCertData())
            .withOauthToken(token)
            .build(),
        more);
  }

  /** What RBAC has granted until now is in force when this returns: {@link Grants}. */
  public void awaitGrants() {
    Grants.awaitInForce(admin);
  }

  /** For programs that take a file; it names the admin. */
  public Path kubeconfig() {
    return attached.map(Attached::kubeconfig).orElseGet(() -> state().resolve("cfg/admin.conf"));
  }

  public Options options() {
    return options;
  }

  /**
   * A process of the control plane, or a node with all that runs on it; of a cluster that is this
   * run's own.
   *
   * @param name {@code etcd}, {@code kube-apiserver} …, {@code node2}
   */
  public ProcessHandle process(String name) {
    return Scripts.process(state().resolve("pid").resolve(name));
  }

  /**
   * Killed and started again as it was; the API server is ready when this returns.
   *
   * @param name as {@link #process}'s
   */
  public void restart(String name) {
    scripts.run(UP, "kubelab/restart.sh", name);
  }

  /** A program that was built once for the tests, by its path under {@code $KUBELAB_HOME}. */
  public static Path program(String path) {
    return Scripts.home().resolve(path);
  }

  /** Whose it is, if it is not this run's own. */
  Optional<Attached> attached() {
    return attached;
  }

  /** The order service as {@code v1}, {@code v2} and {@code v3}, on every node. */
  public void loadOrderService() {
    if (attached.isEmpty()) {
      scripts.run(Duration.ofMinutes(3), "image/load.sh");
    }
  }

  /** An image, from an archive, on every node. */
  public void load(Path archive) {
    scripts.run(Duration.ofMinutes(3), "image/load.sh", archive.toAbsolutePath().toString());
  }

  /** Another name for an image that is on every node. */
  public void tag(String image, String name) {
    scripts.run(Duration.ofMinutes(1), "image/tag.sh", image, name);
  }

  /** Objects, events, logs of pods and of the control plane, for whoever reads a failed run. */
  public void collect(Path folder) {
    if (attached.isEmpty()) {
      scripts.run(COLLECT, "collect.sh", folder.toAbsolutePath().toString());
    }
  }

  @Override
  public void close() {
    end();
  }

  Scripts scripts() {
    return scripts;
  }

  private void end() {
    clients.forEach(KubernetesClient::close);
    if (lock.isEmpty()) {
      return;
    }
    try (FileChannel _ = lock.get()) {
      down();
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void down() {
    scripts.run(DOWN, "gateway/down.sh");
    scripts.run(DOWN, "kubelab/down.sh");
  }

  private Path state() {
    return Scripts.home().resolve("run" + options.cluster());
  }

  private Config configuration() {
    return Config.fromKubeconfig(kubeconfig().toFile());
  }

  private KubernetesClient client(Config config) {
    return client(config, _ -> {});
  }

  private KubernetesClient client(Config config, Consumer<HttpClient.Builder> more) {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientBuilderConsumer(more)
            .build();
    clients.add(client);
    return client;
  }

  /** The system lets go of it when this process dies, so a lock never outlives its run. */
  private static FileChannel lock(int cluster) {
    try {
      Files.createDirectories(Scripts.home());
      FileChannel channel =
          FileChannel.open(
              Scripts.home().resolve("test" + cluster + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        // the same process has it: said below
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(
        "Cluster %d is another run's; choose a number with -Dsluice.cluster=N (0 to 99)."
            .formatted(cluster));
  }
}
