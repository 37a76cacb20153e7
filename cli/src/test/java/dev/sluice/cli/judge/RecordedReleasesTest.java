package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real releases, judged again by what their judges read: each comes to the end that the release
 * came to, for the same reason and at the same time.
 */
class RecordedReleasesTest {
  private static final Path RECORDED = Path.of("../bench/judge/recorded");

  /** Between a tick and the line that told what it led to. */
  private static final double TOLD = 0.5;

  /** It was told to 0.1 s, when it began and when it was over. */
  private static final double ROUNDED = 0.1;

  /** A release waits in each stage until the data plane is seen to serve it; a record cannot. */
  private static final double SEEN = 4;

  /**
   * Seconds are those of the release, as it told them: from the moment when users were first sent
   * to the candidate until it was over. A dash where people had a part in that, or nothing was
   * found.
   */
  private static final String EXPECTED =
      """
      record               end        found in     in stage  after
      lab-good             DONE       -            half      26.6 s
      lab-adaptive         DONE       -            most      48.6 s
      lab-outage           DONE       -            half      83.4 s
      lab-missing-scrapes  DONE       -            half      133.4 s
      lab-whitelist        DONE       -            half      -
      lab-errors-50        ABORTED    edge-errors  pre-heat  8.3 s
      lab-errors-5         ABORTED    errors       small     20.4 s
      lab-errors-0-5       ABORTED    errors       small     77.6 s
      lab-past             ABORTED    edge-errors  small     25.0 s
      lab-slow             ABORTED    latency      small     10.3 s
      lab-cpu              ABORTED    cpu          half      1152.0 s
      lab-hangs            ABORTED    edge-errors  small     12.4 s
      lab-leak             ABORTED    edge-errors  small     35.2 s
      lab-crash-loop       ABORTED    edge-errors  small     16.4 s
      lab-refused          RETREATED  edge-errors  small     -
      lab-unarmed          HELD       errors       small     -
      cluster-good         DONE       -            half      68.6 s
      cluster-errors-10    ABORTED    errors       small     16.4 s
      cluster-edge         ABORTED    edge-errors  small     8.9 s
      cluster-slow         RETREATED  latency      small     -
      cluster-hangs        ABORTED    edge-errors  small     24.8 s
      cluster-lost         ABORTED    share        small     94.0 s
      cluster-unarmed      HELD       errors       small     -
      """;

  /** How a record ends. */
  enum End {
    DONE,
    ABORTED,
    HELD,
    RETREATED,
    GOES_ON
  }

  record Expected(String record, End end, String metric, String stage, OptionalDouble after) {
    static Expected of(String line) {
      String[] cells = line.strip().split(" {2,}");
      return new Expected(
          cells[0],
          End.valueOf(cells[1]),
          cells[2],
          cells[3],
          cells[4].equals("-") ? OptionalDouble.empty() : OptionalDouble.of(seconds(cells[4])));
    }

    private static double seconds(String cell) {
      return Double.parseDouble(cell.replace(" s", ""));
    }

    @Override
    public String toString() {
      return record;
    }
  }

  static List<Expected> table() {
    return EXPECTED.lines().skip(1).map(Expected::of).toList();
  }

  @ParameterizedTest
  @MethodSource("table")
  void comes_to_its_end(Expected expected) throws IOException {
    Judged judged = judged(expected.record());
    JsonNode end = end(judged);
    assertThat(how(judged)).isEqualTo(expected.end());
    if (expected.end() != End.DONE) {
      assertThat(end.path("metric").asText()).isEqualTo(expected.metric());
    }
    assertThat(end.path("stage").asText()).isEqualTo(expected.stage());
    expected
        .after()
        .ifPresent(
            seconds ->
                assertThat(end.path("t").asDouble() - served(judged))
                    .isBetween(
                        seconds - (expected.end() == End.DONE ? SEEN : TOLD), seconds + ROUNDED));
  }

  @Test
  void every_record_is_expected_to_come_to_something_and_is_small() throws IOException {
    long all = 0;
    try (Stream<Path> files = Files.list(RECORDED)) {
      List<Path> records = files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
      assertThat(records.stream().map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              table().stream().map(e -> e.record() + ".jsonl").toList());
      for (Path record : records) {
        assertThat(Files.size(record)).as("%s", record).isLessThan(500_000);
        all += Files.size(record);
      }
    }
    assertThat(all).isLessThan(2_000_000);
  }

  @Test
  void an_adaptive_ladder_skipped_what_was_proven_and_climbs_step_by_step_without_that()
      throws IOException {
    assertThat(stages(judged("lab-adaptive"))).containsExactly("tenth", "half", "most");
    assertThat(stages(judged("lab-adaptive", "\"adaptive\":true", "\"adaptive\":false")))
        .startsWith("tenth", "fifth");
  }

  private static List<String> stages(Judged judged) {
    return judged.answers().stream().map(a -> a.path("stage").asText()).distinct().toList();
  }

  @Test
  void an_armed_judge_would_have_ended_what_an_unarmed_one_held() throws IOException {
    Judged armed = judged("lab-unarmed", "\"arm\":\"Measured\"", "\"arm\":\"Always\"");
    assertThat(how(armed)).isEqualTo(End.ABORTED);
    assertThat(end(armed).path("metric").asText()).isEqualTo("errors");
  }

  @Test
  void a_judge_that_is_wrong_less_often_takes_longer() throws IOException {
    Judged usual = judged("lab-errors-5");
    Judged sure = judged("lab-errors-5", "\"falseAlarm\":\"1%\"", "\"falseAlarm\":\"0.001%\"");
    assertThat(how(sure)).isNotEqualTo(End.DONE);
    assertThat(sure.verdicts().indexOf("Abort"))
        .satisfiesAnyOf(
            never -> assertThat(never).isEqualTo(-1),
            later -> assertThat(later).isGreaterThan(usual.verdicts().indexOf("Abort")));
  }

  private static Judged judged(String record) throws IOException {
    return judged(record, "", "");
  }

  /** With another config. */
  private static Judged judged(String record, String instead, String of) throws IOException {
    String text = Files.readString(RECORDED.resolve(record + ".jsonl"));
    String config = text.lines().findFirst().orElseThrow();
    assertThat(config).contains(instead);
    String changed = config.replace(instead, of) + text.substring(config.length());
    Judged judged = Judged.of(changed.getBytes(StandardCharsets.UTF_8));
    assertThat(judged.err()).isEmpty();
    assertThat(judged.exit()).isZero();
    return judged;
  }

  private static End how(Judged judged) {
    if (judged.next().contains(100.0)) {
      return End.DONE;
    }
    return switch (judged.verdicts().getLast()) {
      case "Abort" -> End.ABORTED;
      case "Hold" -> End.HELD;
      case "Retreat" -> End.RETREATED;
      default -> End.GOES_ON;
    };
  }

  /** The answer from which nothing changes any more. */
  private static JsonNode end(Judged judged) {
    int done = judged.next().indexOf(100.0);
    int aborted = judged.verdicts().indexOf("Abort");
    int last = judged.answers().size() - 1;
    return judged.answers().get(done >= 0 ? done : aborted >= 0 ? aborted : last);
  }

  /** When users were first sent to the candidate. */
  private static double served(Judged judged) {
    double before = 0;
    for (JsonNode answer : judged.answers()) {
      if (answer.path("weight").asDouble() > 0) {
        return before;
      }
      before = answer.path("t").asDouble();
    }
    return before;
  }
}
