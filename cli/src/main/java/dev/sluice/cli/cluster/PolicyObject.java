package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedJson;
import dev.sluice.operator.StateRefused;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A ReleasePolicy as the API server has it, read as far as it can be: what a command is bound to
 * must be known of one, too, that this version cannot read otherwise.
 */
record PolicyObject(ObjectNode tree) {
  String name() {
    return tree.at("/metadata/name").asText();
  }

  String namespace() {
    return tree.at("/metadata/namespace").asText();
  }

  Optional<String> release() {
    return text("/status/release");
  }

  Optional<Phase> phase() {
    return text("/status/phase").flatMap(ReleaseObject::phase);
  }

  Optional<String> stage() {
    return text("/status/stage");
  }

  Optional<String> weight() {
    return text("/status/weight");
  }

  Optional<String> message() {
    return text("/status/message");
  }

  private Optional<String> text(String at) {
    return Optional.of(tree.at(at).asText()).filter(t -> !t.isEmpty());
  }

  /** When the last decision was made that is remembered. */
  Instant lastDecision() throws Failed {
    return saved()
        .map(Saved::decisions)
        .filter(all -> !all.isEmpty())
        .map(all -> all.getLast().at())
        .orElse(Instant.EPOCH);
  }

  /** What the operator remembers; empty: none has looked at it yet. */
  Optional<Saved> saved() throws Failed {
    JsonNode saved = tree.at("/status/state/saved");
    if (!saved.isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SavedJson.read(saved.asText(), "The state in the status of ReleasePolicy " + name()));
    } catch (StateRefused e) {
      throw new Failed(Exit.USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot fail to be read", e);
    }
  }

  /** What no operator has looked at, or what is wrong with it by its own words. */
  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    long seen = tree.at("/status/observedGeneration").asLong(0);
    if (seen == 0) {
      troubles.add(
          "No operator has looked at this policy yet. Does one run, and does it follow %s? See: kubectl -n sluice-system get pods"
              .formatted(namespace()));
    } else if (seen < tree.at("/metadata/generation").asLong(0)) {
      troubles.add("The policy was changed, and no operator has looked at it since.");
    }
    if (text("/status/reason").equals(Optional.of("invalid-policy"))) {
      troubles.add("The operator cannot follow this policy: " + message().orElse(""));
    }
    return troubles;
  }

  /** Without what only the API server or the operator should read. */
  ObjectNode shown() {
    ObjectNode shown = ReleaseObject.shown(tree);
    if (shown.path("status") instanceof ObjectNode status) {
      status.remove("state");
    }
    return shown;
  }
}
