package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.Words;
import dev.sluice.engine.ladder.Answer;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;

/** Writes an answer a line, and lets it go at once. */
final class AnswerWriter {
  private final JsonGenerator json;

  AnswerWriter(Writer out) throws IOException {
    this.json = new JsonFactory().setRootValueSeparator("").createGenerator(out);
  }

  void write(double t, double weight, Answer answer) throws IOException {
    json.writeStartObject();
    number(json, "t", t);
    json.writeStringField("verdict", Words.of(answer.verdict()));
    json.writeNumberField("weight", weight);
    json.writeNumberField("next", answer.next());
    json.writeStringField("stage", answer.stage());
    json.writeNumberField("odds", answer.odds());
    Optional<String> metric = answer.metric();
    if (metric.isPresent()) {
      json.writeStringField("metric", metric.get());
    } else {
      json.writeNullField("metric");
    }
    number(json, "hurt", answer.hurt());
    if (answer.upperBound().isPresent()) {
      json.writeNumberField("upperBound", answer.upperBound().getAsDouble());
    } else {
      json.writeNullField("upperBound");
    }
    json.writeBooleanField("armed", answer.armed());
    json.writeStringField("reason", answer.reason());
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }

  /** Whole numbers without a fraction, as people write them. */
  static void number(JsonGenerator json, String name, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.writeNumberField(name, (long) value);
    } else {
      json.writeNumberField(name, value);
    }
  }
}
