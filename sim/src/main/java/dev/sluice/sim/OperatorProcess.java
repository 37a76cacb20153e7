package dev.sluice.sim;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Settings;
import dev.sluice.operator.Sleeper;
import dev.sluice.operator.cluster.PolicyLoop;
import dev.sluice.operator.cluster.Sources;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Http;
import dev.sluice.sim.api.SimHttpClient;
import dev.sluice.sim.api.WatchCache;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An operator as it runs in a cluster, its loop, its adapters and its Kubernetes client, all of it
 * the real code, on a thread of its own that moves only when it is given the turn: from one request
 * to the next, or to its rest. So everything else can happen between any two of its requests, also
 * its death: then nothing that it asks for reaches the API server any more.
 */
final class OperatorProcess {
  private static final Duration CEILING = Duration.ofSeconds(5);
  private static final Caller CALLER = new Caller("sluice", true);

  private final String name;
  private final ApiServer server;
  private final String namespace;
  private final InstantSource time;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Sources.Factory sources;
  private final Supplier<Fault> faults;
  private final List<WatchCache<?>> caches = new ArrayList<>();
  private final List<String> said;
  private final Semaphore mine = new Semaphore(0);
  private final Semaphore back = new Semaphore(0);
  private final Rest rest = new Rest();
  private @Nullable PolicyLoop loop;
  private @Nullable Cluster world;
  private @Nullable Throwable bug;
  private boolean dead;
  private boolean over;

  /** What becomes of a request. */
  enum Fault {
    NONE,
    /** It never arrives. */
    LOST,
    /** It is done, and nobody hears of that. */
    UNANSWERED,
    CONFLICT,
    TOO_MANY,
    ERROR,
    /** A write is done, and whoever asked for it is dead before it hears of that. */
    DIES;

    /** Those that a network and an API server do. */
    static final List<Fault> OF_REQUESTS =
        List.of(NONE, LOST, UNANSWERED, CONFLICT, TOO_MANY, ERROR);
  }

  /**
   * @param name signs what it remembers
   * @param time by which it sleeps, which nobody can set
   * @param clock of its node
   * @param faults is asked at each request
   * @param said gets what it says, with its name
   */
  OperatorProcess(
      String name,
      ApiServer server,
      String namespace,
      InstantSource time,
      InstantSource clock,
      RandomGenerator random,
      Sources.Factory sources,
      Supplier<Fault> faults,
      List<String> said) {
    this.name = name;
    this.server = server;
    this.namespace = namespace;
    this.time = time;
    this.clock = clock;
    this.random = random;
    this.sources = sources;
    this.faults = faults;
    this.said = said;
    Thread.ofVirtual().name(name).start(this::run);
  }

  /** Gives it the turn, and returns when it has given it back. */
  void step() {
    mine.release();
    back.acquireUninterruptibly();
    if (bug != null) {
      throw new IllegalStateException("The operator has failed", bug);
    }
  }

  /** When it moves again by itself; now or before: it can. */
  Instant due() {
    return rest.due();
  }

  List<WatchCache<?>> caches() {
    return dead ? List.of() : caches;
  }

  boolean alive() {
    return !dead && !over;
  }

  /** It was killed by a request of its own. */
  boolean isDead() {
    return dead;
  }

  /** SIGKILL: it does nothing any more, wherever it is. */
  void kill() {
    dead = true;
    caches.forEach(WatchCache::close);
    while (!over) {
      step();
    }
  }

  private void yields() {
    back.release();
    mine.acquireUninterruptibly();
  }

  private void run() {
    mine.acquireUninterruptibly();
    try (KubernetesClient client = client();
        Cluster cluster = new Cluster(client, Optional.of(namespace), this::cache, this::changed)) {
      cluster.synced(Duration.ofSeconds(1));
      Sources.Maker maker = sources.on(cluster);
      world = cluster;
      while (!dead) {
        Optional<GenericKubernetesResource> policy = cluster.policies().stream().findFirst();
        if (policy.isEmpty()) {
          rest.sleep(CEILING);
        } else {
          follow(cluster, maker, policy.get());
        }
      }
    } catch (InterruptedException e) {
      // It was killed.
      over = true;
    } catch (KubernetesClientException e) {
      // It cannot begin, and ends; whoever started it starts it again.
      say("ended: " + e.getCause());
    } catch (Exception | AssertionError e) {
      bug = dead ? null : e;
    } finally {
      over = true;
      back.release();
    }
  }

  private void follow(Cluster cluster, Sources.Maker maker, GenericKubernetesResource policy)
      throws InterruptedException {
    PolicyLoop next =
        new PolicyLoop(
            cluster,
            maker,
            name,
            Settings.defaults().idling(Duration.ofSeconds(30)),
            new ControlLoop.Clockwork(clock, rest, random),
            policy,
            new Told());
    loop = next;
    while (!next.over() && !dead) {
      try {
        next.follow();
      } catch (IOException e) {
        say("trouble: " + e.getMessage());
        rest.sleep(CEILING);
      }
    }
    loop = null;
    if (cluster.policies().stream().anyMatch(next::follows)) {
      // It cannot be followed, or has left: only another one could be.
      rest.sleep(CEILING);
    }
  }

  private KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl("http://simulated")
                .withNamespace(namespace)
                .withRequestRetryBackoffLimit(0)
                .build())
        .withHttpClientFactory(SimHttpClient.over(this::answer))
        .withTaskExecutor(Runnable::run)
        .build();
  }

  private Http.Answer answer(String method, URI uri, Optional<String> body) throws IOException {
    yields();
    Fault fault = dead ? Fault.LOST : faults.get();
    return switch (fault) {
      case LOST -> throw new IOException("connection refused");
      case CONFLICT ->
          method.equals("GET") ? asked(method, uri, body) : Http.failed(409, "try again");
      case TOO_MANY -> Http.failed(429, "too many requests");
      case ERROR -> Http.failed(500, "etcdserver: request timed out");
      case UNANSWERED -> {
        var _ = asked(method, uri, body);
        throw new IOException("connection reset");
      }
      case DIES -> {
        Http.Answer answer = asked(method, uri, body);
        if (!method.equals("GET")) {
          dead = true;
          throw new IOException("killed");
        }
        yield answer;
      }
      case NONE -> {
        Http.Answer answer = asked(method, uri, body);
        // Done, and the answer is on its way: others may be faster.
        yields();
        if (dead) {
          throw new IOException("killed");
        }
        yield answer;
      }
    };
  }

  private Http.Answer asked(String method, URI uri, Optional<String> body) {
    return new Http(server, CALLER).answer(method, uri, body);
  }

  private <T extends HasMetadata> WatchCache<T> cache(
      String kind, MixedOperation<T, ?, ?> all, Optional<String> namespaceOf) {
    WatchCache<T> cache = new WatchCache<>(server, kind);
    caches.add(cache);
    return cache;
  }

  private void changed(HasMetadata object) {
    PolicyLoop now = loop;
    if (now == null) {
      rest.wake();
    } else if (object instanceof GenericKubernetesResource policy
        && policy.getKind().equals("ReleasePolicy")) {
      compare(now);
    } else {
      now.changed(object);
    }
  }

  /** As the operator does: another policy, or none any more, wants another loop. */
  private void compare(PolicyLoop now) {
    if (world == null || world.policies().stream().noneMatch(now::follows)) {
      now.stop();
    }
  }

  private void say(String what) {
    said.add(time.instant() + " " + name + " " + what);
  }

  private final class Rest implements Sleeper {
    private Instant until = Instant.MIN;
    private boolean asleep;
    private boolean woken;

    @Override
    public void sleep(Duration atMost) throws InterruptedException {
      until = time.instant().plus(atMost);
      asleep = true;
      while (!dead && !woken && until.isAfter(time.instant())) {
        yields();
      }
      asleep = false;
      woken = false;
      if (dead) {
        throw new InterruptedException();
      }
    }

    @Override
    public void wake() {
      woken = true;
    }

    Instant due() {
      return asleep && !woken && !dead ? until : Instant.MIN;
    }
  }

  private final class Told implements PolicyLoop.Audience, Listener {
    @Override
    public Listener listener() {
      return this;
    }

    @Override
    public void says(String code, String sentence) {
      say(code + ": " + sentence);
    }

    @Override
    public void warns(String code, String sentence) {
      say(code + ": " + sentence);
    }

    @Override
    public void decided(Decided entry) {
      say(
          "%s %s %s %s, odds %.1f: %s"
              .formatted(
                  entry.release().orElse("-"),
                  entry.phase().map(Enum::name).orElse("-"),
                  entry.weight(),
                  entry.code(),
                  entry.odds(),
                  entry.sentence()));
    }

    @Override
    public void troubled(String sentence) {
      say("trouble: " + sentence);
    }
  }
}
