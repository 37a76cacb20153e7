package dev.sluice.probes.metrics.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the answer to an instant query: a vector or a scalar; all else is not known. */
final class Answers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int SAMPLES = 1000;
  private static final int WORDS = 200;

  private Answers() {}

  static Answer read(int status, byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return status == OK ? unknown("gave an answer that is no JSON") : answered(status, "");
    } catch (IOException e) {
      return unknown("gave an answer that cannot be read");
    }
    if (status != OK || !root.path("status").asText().equals("success")) {
      return answered(status, root.path("error").asText());
    }
    if (!root.path("warnings").isEmpty()) {
      return unknown(
          "warned that its answer may be a part only: " + said(root.path("warnings").path(0)));
    }
    JsonNode data = root.path("data");
    return switch (data.path("resultType").asText()) {
      case "vector" -> vector(data.path("result"));
      case "scalar" ->
          value(data.path("result"))
              .<Answer>map(v -> new Answer.Samples(List.of(new Answer.Sample(Map.of(), v))))
              .orElseGet(() -> unknown("gave a scalar without a number"));
      case "matrix" ->
          unknown("gave a range of values; ask for a value of one moment, without […]");
      case "string" -> unknown("gave a text; ask for a number");
      default -> unknown("gave an answer of a kind that is not known here");
    };
  }

  private static Answer vector(JsonNode result) {
    if (!result.isArray()) {
      return unknown("gave a vector that is none");
    }
    if (result.size() > SAMPLES) {
      return unknown("gave " + result.size() + " samples; sum them up");
    }
    List<Answer.Sample> samples = new ArrayList<>();
    for (JsonNode series : result) {
      Optional<Double> value = value(series.path("value"));
      if (value.isEmpty()) {
        return unknown(
            series.has("histogram")
                ? "gave native histograms; ask for counters"
                : "gave a sample without a number");
      }
      Map<String, String> labels = new HashMap<>();
      series
          .path("metric")
          .properties()
          .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
      samples.add(new Answer.Sample(labels, value.get()));
    }
    return new Answer.Samples(samples);
  }

  /** A time and a number as text; NaN and the infinities have names of their own. */
  private static Optional<Double> value(JsonNode pair) {
    if (pair.size() != 2 || !pair.path(1).isTextual()) {
      return Optional.empty();
    }
    String text = pair.path(1).asText();
    return switch (text) {
      case "NaN" -> Optional.of(Double.NaN);
      case "+Inf", "Inf" -> Optional.of(Double.POSITIVE_INFINITY);
      case "-Inf" -> Optional.of(Double.NEGATIVE_INFINITY);
      default -> {
        try {
          yield Optional.of(Double.valueOf(text));
        } catch (NumberFormatException e) {
          yield Optional.empty();
        }
      }
    };
  }

  private static Answer answered(int status, String error) {
    return unknown("answered " + status + (error.isEmpty() ? "" : ": " + shown(error)));
  }

  private static String said(JsonNode text) {
    return shown(text.asText());
  }

  /** Somebody else's words: on one line, and not too many. */
  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    return plain.length() > WORDS ? plain.substring(0, WORDS) + "…" : plain;
  }

  private static Answer unknown(String why) {
    return new Answer.Unknown(why);
  }
}
