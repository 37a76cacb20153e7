package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Track;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the pods of a tick, with what each has counted. */
final class PodReader {
  private static final double OLDEST = 4e9;
  private static final double LARGEST = 1e300;

  /** Bounds of histograms come again and again. */
  private static final int REMEMBERED = 1000;

  private final Map<String, Double> bounds = new HashMap<>();

  /**
   * @param past whether they are of stable's past: then the candidate has none
   */
  List<PodSample> list(JsonParser parser, boolean past) throws IOException, Malformed {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw Malformed.at(parser, "is no list");
    }
    List<PodSample> pods = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      Values.object(parser, next);
      PodSample pod = pod(parser);
      if (past && pod.track() == Track.CANDIDATE) {
        throw Malformed.at(parser, "is the candidate's; history is stable's alone");
      }
      if (!names.add(pod.pod())) {
        throw Malformed.at(parser, "is a second pod " + pod.pod());
      }
      pods.add(pod);
    }
    return pods;
  }

  private PodSample pod(JsonParser parser) throws IOException, Malformed {
    Once fields = new Once("track", "pod", "age", "metrics");
    Track track = Track.STABLE;
    String pod = "";
    double age = 0;
    Map<String, Sample> metrics = Map.of();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      fields.sees(name, parser);
      switch (name) {
        case "track" -> track = track(parser);
        case "pod" -> pod = Values.text(parser);
        case "age" -> age = Values.number(parser, 0, OLDEST);
        default -> metrics = metrics(parser);
      }
    }
    fields.all(parser);
    return new PodSample(track, pod, Duration.ofMillis((long) (age * 1000)), metrics);
  }

  private static Track track(JsonParser parser) throws IOException, Malformed {
    return switch (Values.text(parser)) {
      case "candidate" -> Track.CANDIDATE;
      case "stable" -> Track.STABLE;
      default ->
          throw Malformed.at(
              parser, "is \"%s\", and must be candidate or stable".formatted(parser.getText()));
    };
  }

  private Map<String, Sample> metrics(JsonParser parser) throws IOException, Malformed {
    Values.object(parser, parser.nextToken());
    Map<String, Sample> metrics = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (metrics.containsKey(name)) {
        throw Malformed.at(parser, "is there twice");
      }
      Values.object(parser, parser.nextToken());
      metrics.put(name, sample(parser));
    }
    return metrics;
  }

  private Sample sample(JsonParser parser) throws IOException, Malformed {
    String first = parser.nextFieldName();
    return switch (first) {
      case "le" -> alone(parser, new Sample.Buckets(buckets(parser)));
      case "value" -> alone(parser, new Sample.Gauge(Values.number(parser, -LARGEST, LARGEST)));
      case "sum", "of" -> Values.level(parser, first);
      case null, default -> Values.rate(parser, first);
    };
  }

  private static Sample alone(JsonParser parser, Sample sample) throws IOException, Malformed {
    if (parser.nextFieldName() != null) {
      throw Malformed.at(parser, "is not known beside le or value, or is there twice");
    }
    return sample;
  }

  private SortedMap<Double, Double> buckets(JsonParser parser) throws IOException, Malformed {
    Values.object(parser, parser.nextToken());
    SortedMap<Double, Double> le = new TreeMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Double bound = bound(parser, name);
      if (le.put(bound, Values.number(parser, 0, Values.MOST)) != null) {
        throw Malformed.at(parser, "is there twice");
      }
    }
    if (!le.containsKey(Double.POSITIVE_INFINITY)) {
      throw Malformed.at(parser, "has no +Inf, which is the total");
    }
    double before = 0;
    for (Map.Entry<Double, Double> bucket : le.entrySet()) {
      if (bucket.getValue() < before) {
        throw Malformed.at(
            parser,
            "has fewer requests within %s than within less; each bucket has those before it, too"
                .formatted(bucket.getKey()));
      }
      before = bucket.getValue();
    }
    return le;
  }

  private Double bound(JsonParser parser, String name) throws Malformed {
    Double known = bounds.get(name);
    if (known != null) {
      return known;
    }
    double bound;
    try {
      bound = name.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(name);
    } catch (NumberFormatException e) {
      throw Malformed.at(parser, "is no bound in seconds, nor +Inf");
    }
    if (!(bound >= 0) || (Double.isInfinite(bound) && !name.equals("+Inf"))) {
      throw Malformed.at(parser, "is no bound in seconds, nor +Inf");
    }
    if (bounds.size() < REMEMBERED) {
      bounds.put(name, bound);
    }
    return bound;
  }
}
