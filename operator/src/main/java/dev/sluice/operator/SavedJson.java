package dev.sluice.operator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.PodSums;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A state as JSON, wherever it is kept. */
public final class SavedJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private SavedJson() {}

  public static byte[] write(Saved saved) throws IOException {
    return JSON.writeValueAsBytes(saved);
  }

  /** As text, for where a state is one value among others. */
  public static String text(Saved saved) throws IOException {
    return new String(write(saved), StandardCharsets.UTF_8);
  }

  /** As {@link #read(byte[], String)}. */
  public static Saved read(String text, String where) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), where);
  }

  /**
   * @param where it was found, for people
   * @throws StateRefused if it is of a newer form, or damaged
   */
  public static Saved read(byte[] bytes, String where) throws IOException {
    try {
      JsonNode tree = JSON.readTree(bytes);
      int schema = tree == null ? 0 : tree.path("schema").asInt(0);
      if (schema > Saved.SCHEMA) {
        throw new StateRefused(
            ("%s was written by a newer Sluice (form %d, this one knows %d). It is left untouched:"
                    + " use that version, or a newer one.")
                .formatted(where, schema, Saved.SCHEMA));
      }
      if (schema < 1) {
        throw damaged(where, "it does not say of which form it is");
      }
      return JSON.treeToValue(upgraded(tree, schema), Saved.class);
    } catch (JacksonException e) {
      throw damaged(where, e.getOriginalMessage());
    }
  }

  /**
   * As the form of today: from 2 on a release remembers what the candidate has enough pods for,
   * from 3 on who has said yes, and when, from 4 on a policy what its judge showed on placebo, from
   * 5 on a ledger what it knows of levels, from 6 on a policy what is no user's request, from 7 on
   * a ledger what stable says to a candidate that was worse than its past, and from 8 on a policy
   * what is known of stable between releases.
   */
  private static JsonNode upgraded(JsonNode tree, int schema) {
    if (schema < Saved.SCHEMA && tree instanceof ObjectNode state) {
      state.put("schema", Saved.SCHEMA);
      state.putNull("past");
      if (schema < 4) {
        state.set("shown", JSON.valueToTree(new Shown("", 0, Arming.none(), Optional.empty())));
      }
      if (schema < 6) {
        state.set("apart", JSON.valueToTree(Apart.nothing()));
      }
      if (schema < 7 && state.get("ledger") instanceof ObjectNode ledger) {
        ledger.putNull("switchback");
      }
      if (schema < 5) {
        withoutLevels(state);
      }
      if (schema < 3 && tree.at("/memory/run") instanceof ObjectNode run) {
        if (schema < 2) {
          run.putNull("enough");
        }
        ArrayNode gates = run.withArray("approved");
        ArrayNode said = run.putArray("approved");
        for (JsonNode gate : gates) {
          said.addObject()
              .put("gate", gate.asText())
              .put("by", "somebody")
              .put("at", run.path("since").asText());
        }
      }
    }
    return tree;
  }

  private static void withoutLevels(ObjectNode state) {
    for (String of : List.of("ledger", "calibration")) {
      if (state.get(of) instanceof ObjectNode part) {
        part.putArray("levels");
      }
    }
    if (state.get("ledger") instanceof ObjectNode ledger) {
      ledger.set("pods", JSON.valueToTree(new PodSums(List.of(), 0, List.of())));
    }
  }

  private static StateRefused damaged(String where, String why) {
    return new StateRefused(
        ("%s is damaged (%s). It is left untouched: restore it from a copy, or move it away, and"
                + " the release that it tells of is begun anew from what is seen.")
            .formatted(where, why));
  }
}
