package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release's judge reads is written so that it is read back as it was. */
class TranscriptTest {
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final OptionalDouble ACCURATE = OptionalDouble.of(0.003);
  private static final String CONFIG =
      """
      {"config":{"tick":2,"analysis":{"arm":"Always"},"stages":[{"name":"small","weight":5,"min":"10s","max":"20s"}]}}
      """;

  @TempDir private Path temp;
  private final List<String> said = new ArrayList<>();

  @Test
  void ticks_are_read_back_as_they_were() throws Exception {
    Tick first = tick("2.003s", 0, stable("s1", 70.123, rate(1, 400)));
    Tick second =
        tick(
            "1.998877123s",
            50,
            new PodSample(
                Track.CANDIDATE,
                "c1",
                Duration.ofMillis(1500),
                Map.of("errors", rate(0.5, 20), "latency", slow(), "cpu", new Sample.Gauge(0.2))),
            stable("s1", 72.25));
    Tick edged =
        new Tick(
            2,
            Duration.ofSeconds(7),
            "small",
            new Share(50),
            second.pods(),
            Map.of(Track.CANDIDATE, rate(3, 9), Track.STABLE, rate(0, 200)));
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      transcript.judgeRead(run("orders-1", Phase.PREPARING), first, ACCURATE);
      transcript.judgeRead(run("orders-1", Phase.SHIFTING), second, ACCURATE);
      transcript.judgeRead(run("orders-1", Phase.SHIFTING), edged, ACCURATE);
    }
    List<Line> lines = lines();
    assertThat(((Line.Config) lines.getFirst()).line()).isEqualTo(Judged.json(CONFIG));
    List<Line.Now> ticks = lines.stream().skip(1).map(Line.Now.class::cast).toList();
    assertThat(ticks)
        .extracting(Line.Now::t)
        .containsExactly(0.0, 2.003, 4.001877123, 11.001877123);
    assertThat(ticks).extracting(Line.Now::weight).containsExactly(0.0, 0.0, 5.0, 5.0);
    assertThat(ticks.getFirst().pods())
        .as("who was there before the first tick, and had not been read")
        .containsExactly(stable("s1", 68.12));
    assertThat(ticks.get(1).pods()).isEqualTo(first.pods());
    assertThat(ticks.get(2).pods()).isEqualTo(second.pods());
    assertThat(ticks.get(2).edge()).isEmpty();
    assertThat(ticks.get(3).edge()).isEqualTo(edged.edge());
    assertThat(said).isEmpty();
  }

  @Test
  void stables_past_comes_before_the_first_tick() throws Exception {
    List<Tick> past =
        List.of(
            tick("10.2s", 0, stable("s1", 100, rate(1, 1000))),
            tick("10s", 0, stable("s1", 110, rate(0, 990))));
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), past);
      transcript.judgeRead(run("orders-1", Phase.CHECKING), tick("1s", 0), ACCURATE);
    }
    List<Line.Past> known =
        lines().stream().filter(Line.Past.class::isInstance).map(Line.Past.class::cast).toList();
    assertThat(known).extracting(Line.Past::t).containsExactly(-22.2, -12.0, -2.0);
    assertThat(known)
        .extracting(Line.Past::pods)
        .as("the first says when the next begins, and nothing else")
        .containsExactly(List.of(), past.getFirst().pods(), past.getLast().pods());
  }

  @Test
  void a_level_of_two_sums_is_read_again_as_it_was() throws Exception {
    PodSample pod =
        new PodSample(
            Track.STABLE, "s1", Duration.ofMinutes(9), Map.of("cpu", new Sample.Rate(42.5, 20)));
    Tick busy = new Tick(1, TICK, "half", Share.percent(50), List.of(pod), Map.of(), Map.of());
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      transcript.judgeRead(run("orders-1", Phase.SHIFTING), busy, ACCURATE);
    }
    assertThat(((Line.Now) lines().getLast()).pods()).containsExactly(pod);
  }

  @Test
  void it_is_of_the_first_release_up_to_the_flip_or_the_way_back() throws Exception {
    for (Phase end : List.of(Phase.BAKING, Phase.ABORTING)) {
      try (Transcript transcript = transcript()) {
        transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
        transcript.judgeRead(run("orders-1", Phase.SHIFTING), tick("2s", 50), ACCURATE);
        transcript.judgeRead(run("orders-1", end), tick("2s", 50), ACCURATE);
        transcript.judgeRead(run("orders-1", Phase.SHIFTING), tick("2s", 50), ACCURATE);
        transcript.judgeBegins(run("orders-2", Phase.CHECKING), List.of());
        transcript.judgeRead(run("orders-2", Phase.SHIFTING), tick("2s", 50), ACCURATE);
      }
      assertThat(lines()).as("config, the moment before, one tick; until %s", end).hasSize(3);
    }
  }

  @Test
  void a_beginning_that_could_not_be_recorded_is_said_again_and_written_once() throws Exception {
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of(tick("10s", 0)));
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      transcript.judgeRead(run("orders-1", Phase.CHECKING), tick("2s", 0), ACCURATE);
    }
    assertThat(lines()).hasSize(3);
  }

  @Test
  void where_completions_are_not_compared_with_the_weight_it_says_so() throws Exception {
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      transcript.judgeRead(run("orders-1", Phase.CHECKING), tick("2s", 0), OptionalDouble.empty());
    }
    assertThat(((Line.Config) lines().getFirst()).line().at("/config/completions").booleanValue())
        .isFalse();
    assertThat(Judged.of(Files.readAllBytes(file())).exit()).isZero();
  }

  @Test
  void each_line_is_there_as_soon_as_it_is_read() throws Exception {
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      for (int i = 1; i <= 3; i++) {
        transcript.judgeRead(run("orders-1", Phase.SHIFTING), tick("2s", 50), ACCURATE);
        assertThat(lines()).hasSize(2 + i);
      }
    }
  }

  @Test
  void a_release_that_goes_on_is_not_recorded_and_what_stands_there_is_left_alone()
      throws Exception {
    Files.writeString(file(), "of an earlier process\n");
    try (Transcript transcript = transcript()) {
      transcript.judgeRead(run("orders-1", Phase.SHIFTING), tick("2s", 50), ACCURATE);
    }
    assertThat(file()).hasContent("of an earlier process");
    assertThat(said)
        .containsExactly(
            "Nothing was recorded in %s: a record begins with its release, and none began here."
                .formatted(file()));
  }

  @Test
  void a_longer_file_of_before_is_written_anew() throws Exception {
    Files.writeString(file(), "{\"an\":\"earlier record\"}\n".repeat(1000));
    try (Transcript transcript = transcript()) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      transcript.judgeRead(run("orders-1", Phase.CHECKING), tick("2s", 0), ACCURATE);
    }
    assertThat(lines()).hasSize(3);
  }

  @Test
  void a_disk_that_is_full_is_said_once_and_the_release_goes_on() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    try (Transcript transcript = Transcript.to(full, config(), TICK, Set.of("cpu"), said::add)) {
      transcript.judgeBegins(run("orders-1", Phase.CHECKING), List.of());
      for (int i = 0; i < 3; i++) {
        transcript.judgeRead(run("orders-1", Phase.SHIFTING), tick("2s", 50), ACCURATE);
      }
    }
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("What the judge reads is not written to /dev/full any more (")
        .endsWith("); the release goes on.");
  }

  @Test
  void a_file_that_cannot_be_written_is_refused_beforehand() {
    for (Path file : List.of(temp, temp.resolve("none/record.jsonl"))) {
      assertThatThrownBy(
              () -> Transcript.to(file, config(), TICK, Set.of("cpu"), said::add).close())
          .isInstanceOf(Failed.class)
          .hasMessageStartingWith("--record: %s cannot be written (".formatted(file))
          .hasMessageEndingWith("nothing was started.")
          .extracting(e -> ((Failed) e).exit())
          .isEqualTo(Exit.USAGE);
    }
  }

  private Transcript transcript() throws Failed {
    return Transcript.to(file(), config(), TICK, Set.of("cpu"), said::add);
  }

  private static ObjectNode config() {
    return (ObjectNode) Judged.json(CONFIG);
  }

  private Path file() {
    return temp.resolve("record.jsonl");
  }

  private List<Line> lines() throws IOException, Malformed {
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file())) {
      lines.add(new LineReader().read(line.toCharArray(), line.length()));
    }
    return lines;
  }

  private static Run run(String id, Phase phase) {
    return new Run(
        id,
        new Run.Versions("v2", "c", "v1", "s"),
        false,
        phase,
        Instant.EPOCH,
        new Run.Progress(0, false, Optional.empty(), Duration.ZERO, false),
        List.of(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  private static Tick tick(String length, int perMille, PodSample... pods) {
    return new Tick(
        1, Duration.parse("PT" + length), "small", new Share(perMille), List.of(pods), Map.of());
  }

  private static PodSample stable(String name, double age) {
    return new PodSample(Track.STABLE, name, Duration.ofMillis(Math.round(age * 1000)), Map.of());
  }

  private static PodSample stable(String name, double age, Sample errors) {
    return new PodSample(
        Track.STABLE, name, Duration.ofMillis(Math.round(age * 1000)), Map.of("errors", errors));
  }

  private static Sample.Rate rate(double bad, double total) {
    return new Sample.Rate(bad, total);
  }

  private static Sample.Buckets slow() {
    TreeMap<Double, Double> le = new TreeMap<>();
    le.put(0.005, 3.0);
    le.put(1.0, 19.0);
    le.put(Double.POSITIVE_INFINITY, 20.0);
    return new Sample.Buckets(le);
  }
}
