package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Duration;

/** Writes objects as Kubernetes does: words like {@code BeforeTraffic}, times like {@code 5m}. */
public final class Yaml {
  private static final ObjectMapper JSON = setUp(JsonMapper.builder().build());
  private static final ObjectMapper YAML =
      setUp(
          new ObjectMapper(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build()));

  private Yaml() {}

  public static String json(Object value) {
    return write(JSON, value);
  }

  public static String yaml(Object value) {
    return write(YAML, value).stripTrailing();
  }

  private static String write(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not an object that is shown: " + value.getClass(), e);
    }
  }

  private static ObjectMapper setUp(ObjectMapper mapper) {
    return mapper
        .registerModules(new Jdk8Module(), new JavaTimeModule(), words())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .enable(SerializationFeature.INDENT_OUTPUT);
  }

  private static SimpleModule words() {
    SimpleModule words = new SimpleModule();
    words.addSerializer(
        new StdSerializer<Duration>(Duration.class) {
          @Override
          public void serialize(Duration value, JsonGenerator to, SerializerProvider with)
              throws IOException {
            to.writeString(ShortDuration.format(value));
          }
        });
    words.addSerializer(
        new StdSerializer<Enum<?>>(Enum.class, false) {
          @Override
          public void serialize(Enum<?> value, JsonGenerator to, SerializerProvider with)
              throws IOException {
            to.writeString(value instanceof MetricPreset preset ? preset.label() : Words.of(value));
          }
        });
    return words;
  }
}
