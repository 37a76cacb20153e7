package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Words;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A Release as the API server has it. What it does not say is left out, never made up. */
record ReleaseObject(ObjectNode tree) {
  String policy() {
    return tree.at("/spec/policy").asText();
  }

  ReleaseView view() {
    JsonNode status = tree.path("status");
    Optional<Phase> phase = phase(status.path("phase").asText());
    List<Decided> decisions = decisions(status);
    return new ReleaseView(
        Optional.of(tree.at("/metadata/namespace").asText()),
        policy(),
        tree.at("/metadata/name").asText(),
        phase,
        condition(status.path("condition").asText()),
        text(status, "stage"),
        text(status, "weight").orElse("–"),
        number(status, "odds"),
        number(status, "hurt"),
        text(status, "message").orElse("Nothing was decided yet."),
        instant(tree.at("/metadata/creationTimestamp").asText()),
        decisions.isEmpty() || phase.filter(Phase::ended).isEmpty()
            ? Optional.empty()
            : Optional.of(decisions.getLast().at()),
        decisions,
        shown(tree));
  }

  private List<Decided> decisions(JsonNode status) {
    List<Decided> decisions = new ArrayList<>();
    for (JsonNode d : status.path("decisions")) {
      instant(d.path("at").asText())
          .ifPresent(
              at ->
                  decisions.add(
                      new Decided(
                          at,
                          Optional.of(tree.at("/metadata/name").asText()),
                          d.path("reason").asText(),
                          d.path("message").asText(),
                          phase(d.path("phase").asText()),
                          text(d, "stage"),
                          share(d.path("weight").asText()),
                          d.path("odds").asDouble(),
                          d.path("hurt").asDouble(),
                          condition(d.path("condition").asText()).orElse(Condition.MOVING))));
    }
    return decisions;
  }

  static Optional<Phase> phase(String word) {
    return Arrays.stream(Phase.values()).filter(p -> Words.of(p).equals(word)).findFirst();
  }

  private static Optional<Condition> condition(String word) {
    return Arrays.stream(Condition.values()).filter(c -> Words.of(c).equals(word)).findFirst();
  }

  /** As a Percent is written; none where it is not one. */
  private static Share share(String percent) {
    try {
      BigDecimal perMille = new BigDecimal(percent.replace("%", "")).movePointRight(1);
      return new Share(Math.clamp(perMille.longValue(), 0, 1000));
    } catch (NumberFormatException e) {
      return Share.NONE;
    }
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.of(node.path(field).asText()).filter(t -> !t.isEmpty());
  }

  private static OptionalDouble number(JsonNode node, String field) {
    JsonNode number = node.path(field);
    return number.isNumber() ? OptionalDouble.of(number.asDouble()) : OptionalDouble.empty();
  }

  static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Without whose fields are whose. */
  static ObjectNode shown(ObjectNode tree) {
    ObjectNode shown = tree.deepCopy();
    if (shown.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
    return shown;
  }
}
