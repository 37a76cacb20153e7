package dev.sluice.operator.cluster;

import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.decide.Reason;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.VersionNames;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Settings;
import dev.sluice.operator.SteadyClock;
import dev.sluice.operator.telemetry.Telemetry;
import dev.sluice.probes.notify.Heard;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;

/** Keeps one policy's loop going, and tells of it: in the journal, in events, as metrics. */
final class PolicyDriver {
  private final Settings settings;
  private final Telemetry telemetry;
  private final String namespace;
  private final String name;
  private final Journal journal;
  private final Events events;
  private final Notifier notifier;
  private final PolicyLoop loop;

  /**
   * @param object the policy as it was last seen
   * @param writer signs what this process remembers
   */
  PolicyDriver(
      Cluster cluster,
      Sources.Maker sources,
      String writer,
      Settings settings,
      Telemetry telemetry,
      GenericKubernetesResource object) {
    this.settings = settings;
    this.telemetry = telemetry;
    this.namespace = object.getMetadata().getNamespace();
    this.name = object.getMetadata().getName();
    this.journal = new Journal(namespace + "/" + name);
    this.events = new Events(cluster.client(), object, writer, journal, InstantSource.system());
    this.notifier =
        new Notifier(
            object.getMetadata().getUid(),
            new ClusterSecrets(cluster.client(), namespace),
            new Notified(),
            policy -> new VersionNames(cluster, namespace, policy.spec().workloadRef().name()));
    this.loop =
        new PolicyLoop(
            cluster, sources, writer, settings, ControlLoop.Clockwork.real(), object, new Told());
  }

  PolicyLoop loop() {
    return loop;
  }

  /** Returns when it was stopped; what goes wrong is said and tried again. */
  void run() throws InterruptedException {
    try (events;
        notifier) {
      while (!loop.over()) {
        telemetry.health().passed(namespace + "/" + name);
        try {
          loop.follow();
        } catch (IOException e) {
          warn("trouble", String.valueOf(e.getMessage()));
          Thread.sleep(settings.ceiling());
        } catch (RuntimeException e) {
          // A bug. The loop begins anew with what is recorded; nobody would notice a dead one.
          journal.says("bug", e + " at " + Arrays.stream(e.getStackTrace()).limit(5).toList());
          Thread.sleep(settings.ceiling());
        }
      }
    } finally {
      telemetry.forget(namespace, name);
    }
  }

  /**
   * Once it has ended: waits for what its receivers are still told.
   *
   * @param until by {@link System#nanoTime}
   */
  void settle(long until) throws InterruptedException {
    notifier.settle(until);
  }

  private void warn(String code, String sentence) {
    journal.says(code, sentence);
    events.warn(code, sentence);
  }

  private final class Notified implements Heard {
    @Override
    public void counted(String kind, Result result) {
      telemetry.notified(kind, result.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void says(String sentence) {
      warn("not-told", sentence);
    }
  }

  private final class Told implements PolicyLoop.Audience {
    @Override
    public Listener listener() {
      return Listener.all(journal, events, telemetry.of(namespace, name), notifier);
    }

    @Override
    public void says(String code, String sentence) {
      journal.says(code, sentence);
      events.tell(code, sentence);
    }

    @Override
    public void warns(String code, String sentence) {
      warn(code, sentence);
    }

    @Override
    public void follows(ReleasePolicy policy) {
      notifier.follows(policy);
    }

    @Override
    public void stalled(Reason reason) {
      notifier.stalled(reason.sentence(), SteadyClock.SYSTEM.instant());
    }

    @Override
    public ControlLoop.Ports measured(ControlLoop.Ports ports) {
      return telemetry.measured(ports);
    }
  }
}
