package dev.sluice.operator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Clumps;
import dev.sluice.engine.evidence.Counts;
import dev.sluice.engine.evidence.DeficitLedger;
import dev.sluice.engine.evidence.FixedShare;
import dev.sluice.engine.evidence.GaugeLedger;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.MetricLedger;
import dev.sluice.engine.evidence.Onset;
import dev.sluice.engine.evidence.PodSums;
import dev.sluice.engine.evidence.Switchback;
import dev.sluice.engine.evidence.Traffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A state as JSON, wherever it is kept. What a ledger has many of is written as arrays, in the
 * order of its record's components: with each name beside its number a ledger would be half as
 * large again, and it is in the status of an object that everybody reads.
 */
public final class SavedJson {
  private static final List<Class<?>> ARRAYS =
      List.of(
          Counts.class,
          FixedShare.class,
          MetricLedger.class,
          GaugeLedger.class,
          DeficitLedger.Span.class,
          Traffic.Flow.class,
          Switchback.Glimpse.class);

  /** All by their names, as it was until form 8. */
  static final JsonMapper NAMED =
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

  private static final JsonMapper JSON = compact();

  private SavedJson() {}

  private static JsonMapper compact() {
    JsonMapper mapper = NAMED.copy();
    JsonSerializer<Double> numbers = new WholeAsSuch();
    mapper.registerModule(
        new SimpleModule()
            .addSerializer(Double.class, numbers)
            .addSerializer(Double.TYPE, numbers));
    JsonFormat.Value array = JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY);
    ARRAYS.forEach(type -> mapper.configOverride(type).setFormat(array));
    return mapper;
  }

  /** Counts are whole for the most part: 20, and not 20.0. */
  private static final class WholeAsSuch extends JsonSerializer<Double> {
    /** Beyond it not every whole number is a double's. */
    private static final double LARGEST = 1e15;

    @Override
    public void serialize(Double number, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      long whole = number.longValue();
      // Equal also in its sign: -0.0 is another number than 0.
      if (Double.valueOf((double) whole).equals(number) && Math.abs(number) < LARGEST) {
        to.writeNumber(whole);
      } else {
        to.writeNumber(number);
      }
    }
  }

  public static byte[] write(Saved saved) throws IOException {
    return JSON.writeValueAsBytes(saved);
  }

  /** As text, for where a state is one value among others. */
  public static String text(Saved saved) throws IOException {
    return new String(write(saved), StandardCharsets.UTF_8);
  }

  /** A ledger as it is in a state. */
  public static String text(Ledger ledger) throws IOException {
    return JSON.writeValueAsString(ledger);
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
      return (schema < 9 ? NAMED : JSON).treeToValue(upgraded(tree, schema), Saved.class);
    } catch (JacksonException e) {
      throw damaged(where, e.getOriginalMessage());
    }
  }

  /**
   * As the form of today: from 2 on a release remembers what the candidate has enough pods for,
   * from 3 on who has said yes, and when, from 4 on a policy what its judge showed on placebo, from
   * 5 on a ledger what it knows of levels, from 6 on a policy what is no user's request, from 7 on
   * a ledger what stable says to a candidate that was worse than its past, and from 8 on a policy
   * what is known of stable between releases. From 9 on a ledger says whether a weight was seen to
   * be served, and much of it has no names; from 10 on it says how stable's bad events clump.
   */
  private static JsonNode upgraded(JsonNode tree, int schema) {
    if (schema < Saved.SCHEMA && tree instanceof ObjectNode state) {
      state.put("schema", Saved.SCHEMA);
      if (schema < 8) {
        state.putNull("past");
      }
      if (schema < 4) {
        state.set("shown", NAMED.valueToTree(new Shown("", 0, Arming.none(), Optional.empty())));
      }
      if (schema < 6) {
        state.set("apart", NAMED.valueToTree(Apart.nothing()));
      }
      if (state.get("ledger") instanceof ObjectNode ledger) {
        if (schema < 7) {
          ledger.putNull("switchback");
        }
        if (ledger.get("pods") instanceof ObjectNode pods) {
          pods.putArray("block");
          pods.put("blockSeconds", 0);
        }
        ledger.set("onset", NAMED.valueToTree(Onset.none()));
        ledger.set("clumps", NAMED.valueToTree(new Clumps(List.of())));
        if (schema < 9 && ledger.get("deficit") instanceof ObjectNode deficit) {
          deficit.put("unseen", 0);
        }
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
      ledger.set("pods", NAMED.valueToTree(new PodSums(List.of(), 0, List.of(), List.of(), 0)));
    }
  }

  private static StateRefused damaged(String where, String why) {
    return new StateRefused(
        ("%s is damaged (%s). It is left untouched: restore it from a copy, or move it away, and"
                + " the release that it tells of is begun anew from what is seen.")
            .formatted(where, why));
  }
}
