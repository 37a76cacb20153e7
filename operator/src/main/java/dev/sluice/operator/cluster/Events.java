package dev.sluice.operator.cluster;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.kubernetes.Marks;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What a policy's loop decides, as events of the policy: {@code kubectl get events} and {@code
 * kubectl describe} show them. They are written aside, so that a release never waits for them, and
 * one that cannot be written is given up.
 */
final class Events implements Listener, AutoCloseable {
  private static final String CONTROLLER = "sluice.dev/operator";
  private static final int NOTE_BYTES = 1024;
  private static final int WAITING = 64;
  private static final int LAST_SECONDS = 2;
  private static final int NOT_FOUND = 404;

  /** The way back that a person or a newer version asked for is nothing to be warned of. */
  private static final Set<String> ASKED_FOR = Set.of("reverted", "superseded", "policy-removed");

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final ObjectReference regarding;
  private final String instance;
  private final Journal journal;
  private final InstantSource clock;
  private final EventLog log;
  private final ThreadPoolExecutor writer;
  private boolean failing;

  /**
   * @param policy that the events are about
   * @param instance signs for this process
   * @param journal is told when no event can be written
   */
  Events(
      KubernetesClient client,
      GenericKubernetesResource policy,
      String instance,
      Journal journal,
      InstantSource clock) {
    this.client = client;
    this.regarding =
        new ObjectReferenceBuilder()
            .withApiVersion(policy.getApiVersion())
            .withKind(policy.getKind())
            .withNamespace(policy.getMetadata().getNamespace())
            .withName(policy.getMetadata().getName())
            .withUid(policy.getMetadata().getUid())
            .build();
    this.instance = instance;
    this.journal = journal;
    this.clock = clock;
    this.log = new EventLog(clock.instant());
    this.writer =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Thread.ofVirtual().name("events " + policy.getMetadata().getName()).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void decided(Decided entry) {
    later(key(entry), of(entry, regarding, instance));
  }

  @Override
  public void troubled(String sentence) {
    warn("trouble", sentence);
  }

  /** Something is in the way that no decision tells of. */
  void warn(String code, String sentence) {
    Event event = event(regarding, instance, "Warning", code, "Report", sentence, clock.instant());
    later(code + " " + sentence, event);
  }

  /** Something is as it should be again, and no decision tells of it. */
  void tell(String code, String sentence) {
    Event event = event(regarding, instance, "Normal", code, "Report", sentence, clock.instant());
    later(code + " " + sentence, event);
  }

  private void later(String key, Event event) {
    writer.execute(() -> tell(key, event));
  }

  private void tell(String key, Event event) {
    Instant now = clock.instant();
    try {
      switch (log.told(key, now)) {
        case EventLog.Told.Once _ -> {
          client.resource(event).create();
          log.written(key, event.getMetadata().getName());
        }
        case EventLog.Told.Again again -> {
          String series =
              "{\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
                  .formatted(again.count(), MICROS.format(now));
          // Of one that is only named the client reads the object first, and needs a right for it.
          client.resource(named(again.name())).patch(PatchContext.of(PatchType.JSON_MERGE), series);
        }
        case EventLog.Told.Nothing _ -> {
          return;
        }
      }
      failing = false;
    } catch (KubernetesClientException e) {
      log.forget(key);
      // Events are kept for an hour: that one of a series has gone is nothing to be told.
      if (e.getCode() != NOT_FOUND && !failing) {
        failing = true;
        journal.says("events", "Events cannot be written: %s".formatted(e.getMessage()));
      }
    }
  }

  private Event named(String name) {
    return new EventBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(regarding.getNamespace())
        .endMetadata()
        .build();
  }

  /** The same for what a person would call the same decision. */
  private static String key(Decided d) {
    return String.join(
        " ",
        d.release().orElse(""),
        d.code(),
        d.phase().map(Phase::name).orElse(""),
        d.stage().orElse(""),
        d.condition().name());
  }

  /** Pure: what one decision is told as. */
  static Event of(Decided entry, ObjectReference regarding, String instance) {
    String type = warns(entry) ? "Warning" : "Normal";
    Event event =
        event(regarding, instance, type, entry.code(), action(entry), entry.sentence(), entry.at());
    entry
        .release()
        .ifPresent(
            release ->
                event.setRelated(
                    new ObjectReferenceBuilder()
                        .withApiVersion(regarding.getApiVersion())
                        .withKind("Release")
                        .withNamespace(regarding.getNamespace())
                        .withName(release)
                        .build()));
    return event;
  }

  private static Event event(
      ObjectReference regarding,
      String instance,
      String type,
      String code,
      String action,
      String sentence,
      Instant at) {
    long nanos = Math.addExact(at.getEpochSecond() * 1_000_000_000L, at.getNano());
    return new EventBuilder()
        .withNewMetadata()
        .withName(regarding.getName() + "." + Long.toHexString(nanos))
        .withNamespace(regarding.getNamespace())
        .addToLabels(Marks.POLICY, regarding.getName())
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(at)))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withType(type)
        .withReason(PolicyStatus.camel(code))
        .withAction(action)
        .withNote(fitting(sentence))
        .withRegarding(regarding)
        .build();
  }

  private static boolean warns(Decided d) {
    boolean back =
        d.phase().filter(p -> p == Phase.ABORTING || p == Phase.ABORTED).isPresent()
            && !ASKED_FOR.contains(d.code());
    return back || d.condition() != Condition.MOVING;
  }

  /** A stable verb: what is being done. */
  private static String action(Decided d) {
    return switch (d.condition()) {
      case HELD -> "Hold";
      case RETREATED -> "Retreat";
      case MOVING -> d.phase().map(Events::doing).orElse("Watch");
    };
  }

  private static String doing(Phase phase) {
    return switch (phase) {
      case CHECKING -> "Check";
      case PREPARING -> "Prepare";
      case SHIFTING -> "Shift";
      case BAKING -> "Bake";
      case HANDING_OVER -> "HandOver";
      case ABORTING -> "TurnBack";
      case SUCCEEDED, ABORTED, REVERTED, SUPERSEDED -> "End";
    };
  }

  /** As much of it as an event's note may have. */
  static String fitting(String sentence) {
    if (sentence.getBytes(StandardCharsets.UTF_8).length <= NOTE_BYTES) {
      return sentence;
    }
    StringBuilder fits = new StringBuilder();
    int bytes = "…".getBytes(StandardCharsets.UTF_8).length;
    for (int point : sentence.codePoints().toArray()) {
      String one = Character.toString(point);
      bytes += one.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > NOTE_BYTES) {
        break;
      }
      fits.append(one);
    }
    return fits.append("…").toString();
  }

  /** What was told is written, unless the API server takes too long over it. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      var _ = writer.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
