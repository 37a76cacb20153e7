package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.world.Command;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** ReleaseCommands as the engine reads them. */
final class Commands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Commands() {}

  /**
   * Those for the release that runs, or the last one, that were not handled yet; oldest first. Only
   * so many are remembered as handled; what is older than those is not taken up once more. An abort
   * is: it says what it said, and must not be lost in a flood of others.
   */
  static List<Command> open(Stream<Command> all, Memory memory) {
    List<Command> given =
        all.filter(c -> memory.run().filter(r -> r.id().equals(c.release())).isPresent())
            .sorted(Comparator.comparing(Command::at).thenComparing(Command::id))
            .toList();
    List<Command> newest =
        given.subList(Math.max(0, given.size() - Memory.REMEMBERED), given.size());
    return given.stream()
        .filter(c -> newest.contains(c) || c.action() == Command.Action.ABORT)
        .filter(c -> !memory.handled().contains(c.id()))
        .toList();
  }

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
                    groups(spec.path("groups")),
                    spec.path("reason").asText(),
                    Instant.parse(object.getMetadata().getCreationTimestamp())));
  }

  private static Set<String> groups(JsonNode groups) {
    return groups.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
  }
}
