package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Track;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads a line, token by token: no tree is made of a tick, there are too many. What is not known,
 * missing, there twice or out of range is refused with its place.
 */
final class LineReader {
  /** Seconds; far beyond any clock, and near enough for sums. */
  private static final double FARTHEST = 4e9;

  private final JsonFactory json =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();
  private final ObjectReader config =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();
  private final PodReader pods = new PodReader();

  /**
   * @param text with the line at its beginning
   */
  Line read(char[] text, int length) throws Malformed {
    try (JsonParser parser = json.createParser(text, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Malformed("is no JSON object");
      }
      String first = parser.nextFieldName();
      if ("config".equals(first)) {
        return config(text, length);
      }
      Line line = "history".equals(first) ? history(parser) : now(parser, first);
      if (parser.nextToken() != null) {
        throw new Malformed("has more than one JSON object");
      }
      return line;
    } catch (JsonProcessingException e) {
      throw Malformed.notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("a line in memory cannot fail to be read", e);
    }
  }

  private Line config(char[] text, int length) throws IOException, Malformed {
    JsonNode node = config.readTree(new String(text, 0, length));
    if (node instanceof ObjectNode object) {
      return new Line.Config(object);
    }
    throw new Malformed("is no JSON object");
  }

  private Line.Past history(JsonParser parser) throws IOException, Malformed {
    Once fields = new Once("t", "pods");
    Values.object(parser, parser.nextToken());
    double t = 0;
    List<PodSample> read = List.of();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      fields.sees(name, parser);
      switch (name) {
        case "t" -> t = Values.number(parser, -FARTHEST, FARTHEST);
        default -> read = pods.list(parser, true);
      }
    }
    fields.all(parser);
    String more = parser.nextFieldName();
    if (more != null) {
      throw Malformed.at(parser, "is not known beside history");
    }
    return new Line.Past(t, read);
  }

  private Line.Now now(JsonParser parser, String first) throws IOException, Malformed {
    Once fields = new Once("t", "weight", "pods").or("edge");
    double t = 0;
    double weight = 0;
    List<PodSample> read = List.of();
    Map<Track, Sample.Rate> edge = Map.of();
    for (String name = first; name != null; name = parser.nextFieldName()) {
      fields.sees(name, parser);
      switch (name) {
        case "t" -> t = Values.number(parser, -FARTHEST, FARTHEST);
        case "weight" -> weight = Values.number(parser, 0, 100);
        case "pods" -> read = pods.list(parser, false);
        default -> edge = edge(parser);
      }
    }
    fields.all(parser);
    return new Line.Now(t, weight, read, edge);
  }

  private static Map<Track, Sample.Rate> edge(JsonParser parser) throws IOException, Malformed {
    Once fields = new Once("candidate", "stable");
    Values.object(parser, parser.nextToken());
    Sample.Rate candidate = Values.NOTHING;
    Sample.Rate stable = Values.NOTHING;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      fields.sees(name, parser);
      Values.object(parser, parser.nextToken());
      Sample.Rate rate = Values.rate(parser, parser.nextFieldName());
      if (name.equals("candidate")) {
        candidate = rate;
      } else {
        stable = rate;
      }
    }
    fields.all(parser);
    return Map.of(Track.CANDIDATE, candidate, Track.STABLE, stable);
  }
}
