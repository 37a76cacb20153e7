package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.UncheckedIOException;

/** How a command prints data: for people or for programs. */
enum Output {
  TABLE,
  JSON,
  YAML;

  private static final ObjectMapper AS_JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper AS_YAML =
      new ObjectMapper(
          YAMLFactory.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build());

  /**
   * @param value what programs get, as Jackson writes it
   * @param table what people get
   */
  String of(Object value, String table) {
    try {
      return switch (this) {
        case TABLE -> table;
        case JSON -> AS_JSON.writeValueAsString(value);
        case YAML -> AS_YAML.writeValueAsString(value).stripTrailing();
      };
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
