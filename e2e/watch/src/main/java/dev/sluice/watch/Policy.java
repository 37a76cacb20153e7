package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A ReleasePolicy: what it asks for, and what its status tells.
 *
 * @param generation of what it asks for
 * @param leaving somebody has deleted it
 * @param pauses whether a pause alone holds, so that what others undo is put right a moment later
 * @param release the one that runs, or the last one
 * @param writer who signed the status
 */
record Policy(
    String uid,
    long generation,
    boolean leaving,
    boolean pauses,
    JsonNode spec,
    String phase,
    String stage,
    String weight,
    String release,
    String reason,
    String message,
    String writer,
    JsonNode conditions)
    implements Thing {
  private static final Duration USUAL = Duration.ofMinutes(10);
  private static final Set<String> ENDED =
      Set.of("", "Succeeded", "Aborted", "Reverted", "Superseded");

  /**
   * One step of what it asks for.
   *
   * @param served the candidate's share of the ordinary requests, of 1,000
   * @param plain whether it does nothing but raise the weight, so that it may be skipped
   */
  record Stage(String name, int served, Optional<Duration> min, boolean plain) {}

  static Policy of(JsonNode object) {
    JsonNode metadata = Read.metadata(object);
    JsonNode status = object.path("status");
    return new Policy(
        metadata.path("uid").asText(),
        metadata.path("generation").asLong(),
        metadata.has("deletionTimestamp"),
        Read.text(object, "spec", "hold").equals("Pause"),
        object.path("spec"),
        status.path("phase").asText(),
        status.path("stage").asText(),
        status.path("weight").asText(),
        status.path("release").asText(),
        status.path("reason").asText(),
        status.path("message").asText(),
        status.path("state").path("writer").asText(),
        status.path("conditions"));
  }

  boolean runs() {
    return !ENDED.contains(phase);
  }

  /** Before the hand-over, and not on its way back. */
  boolean goesForward() {
    return phase.equals("Checking")
        || phase.equals("Preparing")
        || phase.equals("Shifting")
        || phase.equals("Baking");
  }

  boolean is(String condition) {
    for (JsonNode one : conditions) {
      if (one.path("type").asText().equals(condition)) {
        return one.path("status").asText().equals("True");
      }
    }
    return false;
  }

  Optional<Duration> keepWarm() {
    return Read.duration(spec.path("keepWarm").asText());
  }

  Optional<Duration> bake() {
    JsonNode strategy = spec.path("strategy");
    JsonNode one = strategy.has("canary") ? strategy.path("canary") : strategy.path("blueGreen");
    return Read.duration(one.path("bake").asText());
  }

  /** Without a route, a canary's shares are made by numbers of pods, behind no pin. */
  boolean byReplicas() {
    return !spec.has("route") && spec.path("strategy").has("canary");
  }

  /** Whether stages may be skipped. */
  boolean adaptive() {
    return spec.path("strategy").path("canary").path("adaptive").asBoolean();
  }

  /** Empty where nobody can be sure. */
  List<Stage> stages() {
    JsonNode strategy = spec.path("strategy");
    if (strategy.has("blueGreen")) {
      return List.of(
          new Stage(
              "preview",
              0,
              Read.duration(strategy.path("blueGreen").path("validate").asText()),
              false));
    }
    JsonNode canary = strategy.path("canary");
    return canary.path("stages").isEmpty()
        ? preset(canary.path("preset").asText())
        : stages(canary.path("stages"));
  }

  private List<Stage> stages(JsonNode written) {
    List<Stage> stages = new ArrayList<>();
    int weight = 0;
    for (JsonNode stage : written) {
      weight = Read.perMille(stage.path("weight")).orElse(weight);
      int holdback = Read.perMille(stage.path("holdback")).orElse(0);
      stages.add(
          new Stage(
              stage.path("name").asText(),
              weight - holdback,
              Optional.of(min(stage)),
              !stage.has("match")
                  && !stage.has("mirror")
                  && !stage.has("approve")
                  && !checked(stage.path("name").asText())));
    }
    return stages;
  }

  /** What is not said is 10 minutes, or the most if that is less. */
  private static Duration min(JsonNode stage) {
    return Read.duration(stage.path("min").asText())
        .orElseGet(
            () ->
                Read.duration(stage.path("max").asText())
                    .filter(max -> max.compareTo(USUAL) < 0)
                    .orElse(USUAL));
  }

  private boolean checked(String stage) {
    for (JsonNode check : spec.path("checks")) {
      if (check.path("stage").asText().equals(stage)) {
        return true;
      }
    }
    return false;
  }

  private List<Stage> preset(String name) {
    int tenths =
        switch (name) {
          case "Standard" -> 10;
          case "Cautious" -> 20;
          case "Fast" -> 2;
          default -> 0;
        };
    return tenths == 0
        ? List.of()
        : List.of(
            preset("pre-heat", 10, 10, tenths),
            preset("small", 50, 10, tenths),
            preset("medium", 200, 15, tenths),
            preset("half", 500, 15, tenths),
            preset("full", 900, 15, tenths));
  }

  private Stage preset(String name, int served, long minutes, int tenths) {
    Duration min = Duration.ofMinutes(minutes * tenths).dividedBy(10);
    boolean asked = tenths == 20 && name.equals("half");
    return new Stage(name, served, Optional.of(min), !asked && !checked(name));
  }
}
