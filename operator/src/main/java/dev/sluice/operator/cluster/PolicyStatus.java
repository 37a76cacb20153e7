package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Reason;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import dev.sluice.operator.Shown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A policy's status for people and for tools that know kstatus (sigs.k8s.io/cli-utils): Ready when
 * one version serves and nothing is to be released, Reconciling while a release runs, Stalled when
 * nothing goes on before somebody changes something. Guarded is none of kstatus' own: a release
 * goes on without the admission policies.
 */
final class PolicyStatus {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Whether the API server holds; not there where a pause is to hold. */
  private static final String GUARDED = "Guarded";

  /**
   * Held, and yet nothing is to be mended: a person is asked, or has asked for it, or more requests
   * will tell. Flux gives up on who is Stalled.
   */
  private static final Set<String> NOTHING_TO_MEND = Set.of("approval", "paused", "leans-to-harm");

  private static final Set<String> AT_REST = Set.of("idle", "keeping-warm", "warm-over");

  private PolicyStatus() {}

  /**
   * @param before the status as it was: a condition that has not changed keeps its time
   * @param generation of the policy's spec that this follows from
   * @param holding empty: a pause holds, as was asked for
   */
  static ObjectNode of(
      Saved saved, JsonNode before, long generation, Optional<Holding.Told> holding, Instant now) {
    ObjectNode status = NODES.objectNode();
    Reason reason = saved.reason().orElse(new Reason("none", "Nothing was decided yet."));
    boolean running = saved.memory().running().isPresent();
    boolean stalled = isStalled(saved.condition(), reason);
    Optional<Decided> last =
        saved.decisions().isEmpty() ? Optional.empty() : Optional.of(saved.decisions().getLast());
    status.put("observedGeneration", generation);
    saved.memory().run().ifPresent(r -> status.put("phase", Words.of(r.phase())));
    last.flatMap(Decided::stage).filter(s -> running).ifPresent(s -> status.put("stage", s));
    status.put("weight", last.filter(d -> running).map(d -> d.weight().toString()).orElse("0%"));
    status.put("verdict", verdict(saved, last));
    saved.memory().run().ifPresent(r -> status.put("release", r.id()));
    status.put("reason", reason.code());
    status.put("message", reason.sentence());
    judge(status.putObject("judge"), saved);
    ArrayNode conditions = status.putArray("conditions");
    boolean ready = !running && !stalled && isAtRest(reason);
    condition(conditions, before, "Ready", ready, reason, generation, now);
    condition(conditions, before, "Reconciling", !ready && !stalled, reason, generation, now);
    condition(conditions, before, "Stalled", stalled, reason, generation, now);
    holding.ifPresent(
        h -> condition(conditions, before, GUARDED, h.holds(), h.reason(), generation, now));
    return status;
  }

  /** The same status with another word on whether the API server holds. */
  static ObjectNode guarded(
      ObjectNode before, Optional<Holding.Told> holding, long generation, Instant now) {
    ObjectNode status = before.deepCopy();
    ArrayNode conditions = status.putArray("conditions");
    for (JsonNode one : before.path("conditions")) {
      if (!one.path("type").asText().equals(GUARDED)) {
        conditions.add(one);
      }
    }
    holding.ifPresent(
        h -> condition(conditions, before, GUARDED, h.holds(), h.reason(), generation, now));
    return status;
  }

  /** Whether it says so already. */
  static boolean tells(JsonNode status, Optional<Holding.Told> holding) {
    Optional<String> said =
        named(status, GUARDED)
            .map(c -> c.path("status").asText() + " " + c.path("message").asText());
    return said.equals(holding.map(h -> (h.holds() ? "True " : "False ") + h.reason().sentence()));
  }

  private static Optional<JsonNode> named(JsonNode status, String type) {
    return status
        .path("conditions")
        .valueStream()
        .filter(c -> c.path("type").asText().equals(type))
        .findFirst();
  }

  /**
   * Whether one version serves and it is the one that is asked for. What ends a release does not
   * say so: the template may be the one that was aborted, or the next.
   */
  static boolean isAtRest(Reason reason) {
    return AT_REST.contains(reason.code());
  }

  static boolean isStalled(Condition condition, Reason reason) {
    return condition == Condition.HELD && !NOTHING_TO_MEND.contains(reason.code());
  }

  /** Nothing is done before somebody has mended that; what is remembered stays. */
  static ObjectNode stalled(Reason reason, JsonNode before, long generation, Instant now) {
    ObjectNode status = before instanceof ObjectNode old ? old.deepCopy() : NODES.objectNode();
    status.put("observedGeneration", generation);
    status.put("reason", reason.code());
    status.put("message", reason.sentence());
    ArrayNode conditions = status.putArray("conditions");
    condition(conditions, before, "Ready", false, reason, generation, now);
    condition(conditions, before, "Reconciling", false, reason, generation, now);
    condition(conditions, before, "Stalled", true, reason, generation, now);
    return status;
  }

  private static void judge(ObjectNode judge, Saved saved) {
    Shown shown = saved.shown();
    judge.put("armed", shown.armed());
    judge.put("placeboReleases", shown.arming().slots());
    judge.put("alarms", shown.arming().alarms());
    shown.since().ifPresent(since -> judge.put("since", since.toString()));
    List<String> said = new ArrayList<>(List.of(shown.sentence()));
    said.addAll(saved.apart().sentences(Settings.defaults().tick()));
    judge.put("message", String.join(" ", said));
  }

  private static String verdict(Saved saved, Optional<Decided> last) {
    if (saved.memory().running().isEmpty()) {
      return "";
    }
    double odds = last.map(Decided::odds).orElse(1.0);
    return saved.condition() == Condition.MOVING
        ? "odds %.1f".formatted(odds)
        : "%s, odds %.1f".formatted(Words.of(saved.condition()), odds);
  }

  private static void condition(
      ArrayNode conditions,
      JsonNode before,
      String type,
      boolean holds,
      Reason reason,
      long generation,
      Instant now) {
    String status = holds ? "True" : "False";
    String since =
        named(before, type)
            .filter(old -> old.path("status").asText().equals(status))
            .map(old -> old.path("lastTransitionTime").asText(now.toString()))
            .orElse(now.toString());
    conditions
        .addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", camel(reason.code()))
        .put("message", reason.sentence())
        .put("observedGeneration", generation)
        .put("lastTransitionTime", since);
  }

  /** A condition's reason is a word in camel case (KEP-1623). */
  static String camel(String code) {
    StringBuilder word = new StringBuilder();
    for (String part : code.split("-", -1)) {
      word.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    return word.toString();
  }
}
