package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Question;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter says of ticks what the engine's ledger says of them, read here by other code. */
class SameVerdictTest {
  private static final Duration TICK = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(strings = {"good.jsonl", "bad.jsonl"})
  void of_the_same_ticks(String example) throws IOException {
    Path file = Path.of("../examples/judge", example);
    List<JsonNode> answers = Judged.of(Files.readAllBytes(file)).answers();
    Analysis usual = Analysis.defaults();
    Analysis analysis =
        new Analysis(
            0.01,
            usual.exposure(),
            usual.onInconclusive(),
            Analysis.Arm.ALWAYS,
            usual.metrics(),
            usual.minimum());
    List<Tick> past = new ArrayList<>();
    List<JsonNode> ticks = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = Judged.json(line);
      if (node.has("history")) {
        past.add(tick(past.size(), "history", 0, node.path("history")));
      } else if (node.has("t")) {
        ticks.add(node);
      }
    }
    Judge judge =
        new Judge(
            analysis,
            Calibration.of(past, analysis),
            TICK,
            Arming.none(),
            OptionalDouble.of(Judge.WEIGHT_ACCURACY));
    Ledger ledger = judge.empty();
    assertThat(answers).hasSameSizeAs(ticks).isNotEmpty();
    for (int i = 0; i < ticks.size(); i++) {
      JsonNode answer = answers.get(i);
      String stage = answer.path("stage").asText();
      ledger =
          ledger.fold(judge, tick(i, stage, ticks.get(i).path("weight").asDouble(), ticks.get(i)));
      Verdict verdict = judge.verdict(ledger, new Question(Optional.empty(), Duration.ZERO));
      double odds = verdict.odds();
      assertThat(answer.path("odds").asDouble()).isCloseTo(odds, within(1e-9 * odds));
      assertThat(answer.path("hurt").asDouble()).isCloseTo(verdict.hurt(), within(1e-9));
      assertThat(answer.path("armed").asBoolean()).isEqualTo(verdict.armed());
      assertThat(answer.path("upperBound").isNull()).isEqualTo(verdict.upperBound().isEmpty());
      assertThat(answer.path("upperBound").asDouble())
          .isCloseTo(verdict.upperBound().orElse(0), within(1e-9));
      assertThat(answer.path("verdict").asText().equals("Abort"))
          .isEqualTo(verdict.harm().isPresent());
      assertThat(Optional.ofNullable(answer.path("metric").textValue()))
          .isEqualTo(verdict.metric());
    }
  }

  private static Tick tick(long seq, String stage, double weight, JsonNode line) {
    List<PodSample> pods = new ArrayList<>();
    for (JsonNode pod : line.path("pods")) {
      Map<String, Sample> metrics = new HashMap<>();
      for (Map.Entry<String, JsonNode> metric : pod.path("metrics").properties()) {
        JsonNode m = metric.getValue();
        TreeMap<Double, Double> le = new TreeMap<>();
        m.path("le")
            .properties()
            .forEach(
                b ->
                    le.put(
                        b.getKey().equals("+Inf")
                            ? Double.POSITIVE_INFINITY
                            : Double.valueOf(b.getKey()),
                        b.getValue().asDouble()));
        metrics.put(
            metric.getKey(),
            m.has("le")
                ? new Sample.Buckets(le)
                : new Sample.Rate(m.path("bad").asDouble(), m.path("total").asDouble()));
      }
      pods.add(
          new PodSample(
              Track.valueOf(pod.path("track").asText().toUpperCase(Locale.ROOT)),
              pod.path("pod").asText(),
              Duration.ofSeconds(pod.path("age").asLong()),
              metrics));
    }
    return new Tick(seq, TICK, stage, new Share((int) Math.round(weight * 10)), pods, Map.of());
  }
}
