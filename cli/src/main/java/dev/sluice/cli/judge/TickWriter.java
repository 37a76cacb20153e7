package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.Words;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Track;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes ticks as {@link LineReader} reads them, a line each, and lets it go at once. Time is 0
 * where the first one begins.
 */
final class TickWriter {
  private final JsonGenerator json;
  private final Duration usual;
  private final Set<String> levels;
  private Duration now = Duration.ZERO;
  private boolean begun;

  /**
   * @param usual length of a tick
   * @param levels metrics that are no shares of bad events
   */
  TickWriter(Writer out, Duration usual, Set<String> levels) throws IOException {
    this.json = new JsonFactory().setRootValueSeparator("").createGenerator(out);
    this.usual = usual;
    this.levels = levels;
  }

  /**
   * Of stable, before the first tick. A line's tick begins where the line before ended, and that of
   * the first is as long as usual: so the first says nothing but when the next one begins.
   *
   * @param past oldest first; may be empty
   */
  void history(List<Tick> past) throws IOException {
    if (past.isEmpty()) {
      return;
    }
    Duration t = usual.negated();
    for (Tick tick : past) {
      t = t.minus(tick.length());
    }
    history(t, List.of());
    for (Tick tick : past) {
      t = t.plus(tick.length());
      history(t, tick.pods());
    }
  }

  private void history(Duration t, List<PodSample> pods) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("history");
    seconds("t", t);
    pods(pods);
    json.writeEndObject();
    end();
  }

  /** The first one is written with a line before it, for the same reason as in the past. */
  void tick(Tick tick) throws IOException {
    if (!begun) {
      begun = true;
      List<PodSample> unread = tick.pods().stream().map(pod -> before(pod, tick.length())).toList();
      line(tick, unread, Map.of());
    }
    now = now.plus(tick.length());
    line(tick, tick.pods(), tick.edge());
  }

  private static PodSample before(PodSample pod, Duration length) {
    Duration age = pod.age().minus(length);
    return new PodSample(pod.track(), pod.pod(), age.isNegative() ? Duration.ZERO : age, Map.of());
  }

  private void line(Tick tick, List<PodSample> pods, Map<Track, Sample.Rate> edge)
      throws IOException {
    json.writeStartObject();
    seconds("t", now);
    AnswerWriter.number(json, "weight", tick.weight().perMille() / 10.0);
    pods(pods);
    if (!edge.isEmpty()) {
      json.writeObjectFieldStart("edge");
      for (Track track : List.of(Track.CANDIDATE, Track.STABLE)) {
        json.writeFieldName(word(track));
        sample(edge.getOrDefault(track, Values.NOTHING), false);
      }
      json.writeEndObject();
    }
    end();
  }

  private void pods(List<PodSample> pods) throws IOException {
    json.writeArrayFieldStart("pods");
    for (PodSample pod : pods) {
      json.writeStartObject();
      json.writeStringField("track", word(pod.track()));
      json.writeStringField("pod", pod.pod());
      seconds("age", pod.age().truncatedTo(ChronoUnit.MILLIS));
      json.writeObjectFieldStart("metrics");
      for (Map.Entry<String, Sample> metric : new TreeMap<>(pod.metrics()).entrySet()) {
        json.writeFieldName(metric.getKey());
        sample(metric.getValue(), levels.contains(metric.getKey()));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void sample(Sample sample, boolean level) throws IOException {
    json.writeStartObject();
    switch (sample) {
      case Sample.Rate rate -> {
        AnswerWriter.number(json, level ? "sum" : "bad", rate.bad());
        AnswerWriter.number(json, level ? "of" : "total", rate.total());
      }
      case Sample.Buckets buckets -> {
        json.writeObjectFieldStart("le");
        for (Double bound : buckets.bounds()) {
          AnswerWriter.number(json, bound(bound), buckets.within(bound));
        }
        json.writeEndObject();
      }
      case Sample.Gauge gauge -> AnswerWriter.number(json, "value", gauge.value());
    }
    json.writeEndObject();
  }

  private static String bound(double seconds) {
    return seconds == Double.POSITIVE_INFINITY ? "+Inf" : Values.plain(seconds);
  }

  private static String word(Track track) {
    return Words.of(track).toLowerCase(Locale.ROOT);
  }

  /** To the nanosecond: the lengths of ticks are what is judged by. */
  private void seconds(String name, Duration time) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString());
  }

  private void end() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }
}
