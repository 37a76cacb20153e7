package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Words;
import dev.sluice.engine.world.Command;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** ReleaseCommands as the engine reads them. */
final class Commands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Commands() {}

  /** Empty where its action is none that this version knows. */
  static Optional<Command> read(GenericKubernetesResource object) {
    JsonNode spec = JSON.valueToTree(object.getAdditionalProperties().get("spec"));
    return Arrays.stream(Command.Action.values())
        .filter(a -> Words.of(a).equals(spec.path("action").asText()))
        .findFirst()
        .map(
            action ->
                new Command(
                    object.getMetadata().getUid(),
                    spec.path("release").asText(),
                    action,
                    Optional.of(spec.path("stage").asText()).filter(s -> !s.isEmpty()),
                    spec.path("by").asText("somebody"),
                    spec.path("reason").asText(),
                    Instant.parse(object.getMetadata().getCreationTimestamp())));
  }
}
