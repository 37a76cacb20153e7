package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Sluice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is answered to what is legal. */
class JudgeCommandTest {
  private static final String CONFIG = Judged.CONFIG.strip();
  private static final Path EXAMPLES = Path.of("../examples/judge");

  @Test
  void a_good_version_climbs_to_the_end() throws IOException {
    Judged judged = Judged.of(Files.readAllBytes(EXAMPLES.resolve("good.jsonl")));
    assertThat(judged.exit()).isZero();
    assertThat(judged.err()).isEmpty();
    assertThat(Set.copyOf(judged.verdicts())).containsExactlyInAnyOrder("Continue", "Promote");
    assertThat(judged.next()).isSorted().contains(5.0, 50.0, 90.0);
    assertThat(judged.last().path("verdict").asText()).isEqualTo("Promote");
    assertThat(judged.last().path("next").asDouble()).isEqualTo(100);
    assertThat(judged.last().path("stage").asText()).isEqualTo("bake");
  }

  @Test
  void a_bad_version_is_aborted() throws IOException {
    Judged judged = Judged.of(Files.readAllBytes(EXAMPLES.resolve("bad.jsonl")));
    assertThat(judged.exit()).isZero();
    JsonNode last = judged.last();
    assertThat(last.path("verdict").asText()).isEqualTo("Abort");
    assertThat(last.path("next").asDouble()).isZero();
    assertThat(last.path("metric").asText()).isEqualTo("errors");
    assertThat(last.path("odds").asDouble()).isGreaterThan(100);
    assertThat(last.path("hurt").asDouble()).isPositive();
    assertThat(last.path("reason").asText()).contains("of the candidate's requests were bad");
  }

  @Test
  void an_answer_has_these_fields_in_this_order() {
    JsonNode answer = Judged.of(CONFIG, Judged.tick(10, 5, 0, 0, 20)).last();
    assertThat(answer.properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "t",
            "verdict",
            "weight",
            "next",
            "stage",
            "odds",
            "metric",
            "hurt",
            "upperBound",
            "armed",
            "reason");
    assertThat(answer.path("t").asDouble()).isEqualTo(10);
    assertThat(answer.path("weight").asDouble()).isEqualTo(5);
    assertThat(answer.path("metric").isNull()).isTrue();
    assertThat(answer.path("upperBound").isNull()).isTrue();
  }

  @Test
  void after_an_abort_it_stays_aborted_and_after_the_end_all_stays_served() {
    List<String> bad = new ArrayList<>(List.of(CONFIG));
    List<String> good = new ArrayList<>(List.of(CONFIG));
    Judged ended = Judged.of(CONFIG);
    double weight = 5;
    for (int i = 1; i <= 40; i++) {
      bad.add(Judged.tick(10 * i, 5, i < 10 ? 50 : 0, 0, 1000));
      good.add(Judged.tick(10 * i, weight, i > 30 ? 50 : 0, 0, 2000));
      ended = Judged.of(good.toArray(String[]::new));
      weight = ended.last().path("next").asDouble();
    }
    Judged aborted = Judged.of(bad.toArray(String[]::new));
    int from = aborted.verdicts().indexOf("Abort");
    assertThat(from).isBetween(0, 9);
    assertThat(aborted.verdicts().subList(from, 40)).containsOnly("Abort");
    assertThat(aborted.next().subList(from, 40)).containsOnly(0.0);
    assertThat(aborted.last().path("weight").asDouble()).isEqualTo(5);
    int done = ended.next().indexOf(100.0);
    assertThat(ended.verdicts().get(done)).isEqualTo("Promote");
    assertThat(ended.verdicts().subList(done + 1, 40)).isNotEmpty().containsOnly("Continue");
    assertThat(ended.next().subList(done + 1, 40)).containsOnly(100.0);
  }

  @Test
  void the_weight_rises_with_promote_alone() {
    List<String> lines = new ArrayList<>(List.of(CONFIG));
    double weight = 5;
    double before = 5;
    for (int i = 1; i <= 40; i++) {
      boolean silent = i >= 6 && i <= 9;
      lines.add(
          silent
              ? Judged.tick(10 * i, weight, "{}", "{\"errors\":{\"bad\":0,\"total\":1900}}")
              : Judged.tick(10 * i, weight, 0, 0, 2000));
      JsonNode last = Judged.of(lines.toArray(String[]::new)).last();
      weight = last.path("next").asDouble();
      if (weight > before) {
        assertThat(last.path("verdict").asText()).isEqualTo("Promote");
      }
      before = weight;
    }
    assertThat(weight).isEqualTo(100);
  }

  @Test
  void a_candidate_that_falls_silent_gets_nothing_until_it_speaks() {
    String silent = "{}";
    String stable = "{\"errors\":{\"bad\":0,\"total\":1900}}";
    Judged judged =
        Judged.of(
            CONFIG,
            Judged.tick(10, 5, 0, 0, 2000),
            Judged.tick(20, 5, silent, stable),
            Judged.tick(30, 5, silent, stable),
            Judged.tick(40, 5, silent, stable),
            Judged.tick(50, 0, silent, stable),
            Judged.tick(60, 0, "{\"errors\":{\"bad\":0,\"total\":0}}", stable));
    assertThat(judged.verdicts())
        .containsExactly("Continue", "Continue", "Continue", "Retreat", "Retreat", "Promote");
    assertThat(judged.next()).containsExactly(5.0, 5.0, 5.0, 0.0, 0.0, 5.0);
    assertThat(judged.last().path("stage").asText()).isEqualTo("small");
  }

  @Test
  void no_data_of_either_version_is_never_good_news() {
    List<String> lines = new ArrayList<>(List.of(CONFIG));
    for (int i = 1; i <= 20; i++) {
      lines.add("{\"t\":%d,\"weight\":5,\"pods\":[]}".formatted(10 * i));
    }
    Judged judged = Judged.of(lines.toArray(String[]::new));
    assertThat(judged.exit()).isZero();
    assertThat(judged.verdicts().subList(3, 20)).containsOnly("Hold");
    assertThat(judged.next()).containsOnly(5.0);
  }

  @Test
  void another_weight_than_the_one_asked_for_is_judged_and_passes_no_stage() {
    List<String> lines = new ArrayList<>(List.of(CONFIG));
    for (int i = 1; i <= 20; i++) {
      lines.add(Judged.tick(10 * i, 2, 0, 0, 2000));
    }
    Judged judged = Judged.of(lines.toArray(String[]::new));
    assertThat(judged.verdicts()).containsOnly("Continue");
    assertThat(judged.next()).containsOnly(5.0);
    assertThat(judged.last().path("weight").asDouble()).isEqualTo(2);
    assertThat(judged.last().path("reason").asText()).contains("2 %").contains("5 %");
    for (int i = 21; i <= 30; i++) {
      lines.add(Judged.tick(10 * i, 2, 40, 0, 2000));
    }
    assertThat(Judged.of(lines.toArray(String[]::new)).verdicts().subList(20, 30))
        .as("harm is harm at any weight, and where nobody is led away it need not come twice")
        .startsWith("Continue", "Retreat")
        .endsWith("Retreat", "Abort", "Abort", "Abort");
  }

  @Test
  void a_weight_that_is_served_as_well_as_data_planes_can_is_the_one_asked_for() {
    List<String> lines = new ArrayList<>(List.of(CONFIG));
    for (int i = 1; i <= 10; i++) {
      lines.add(Judged.tick(10 * i, i % 2 == 0 ? 5.2 : 4.8, 0, 0, 2000));
    }
    assertThat(Judged.of(lines.toArray(String[]::new)).verdicts()).contains("Promote");
  }

  @Test
  void a_gap_adds_no_more_time_than_two_ticks() {
    Judged judged =
        Judged.of(
            CONFIG.replace("\"20s\",\"max\":\"60s\"},", "\"60s\",\"max\":\"90s\"},"),
            Judged.tick(10, 5, 0, 0, 2000),
            Judged.tick(1010, 5, 0, 0, 200_000));
    assertThat(judged.last().path("reason").asText()).contains("Observed 30 s of at least 1 min");
  }

  @Test
  void what_a_pod_counted_while_it_could_not_be_read_comes_with_its_next_counts() {
    String good = "{\"errors\":{\"bad\":0,\"total\":1900}}";
    Judged gap =
        Judged.of(
            CONFIG,
            Judged.tick(10, 5, "{\"errors\":{\"bad\":0,\"total\":100}}", good),
            Judged.tick(20, 5, "{}", good),
            Judged.tick(30, 5, "{\"errors\":{\"bad\":40,\"total\":200}}", good),
            Judged.tick(40, 5, "{\"errors\":{\"bad\":20,\"total\":100}}", good));
    assertThat(gap.answers().get(1).path("odds").asDouble())
        .as("half a tick is not scored")
        .isEqualTo(gap.answers().get(0).path("odds").asDouble());
    assertThat(gap.answers().get(2).path("odds").asDouble()).isGreaterThan(5);
    assertThat(gap.last().path("hurt").asDouble()).isBetween(55.0, 61.0);
  }

  @Test
  void a_metric_that_vanishes_is_answered() {
    String both =
        "{\"errors\":{\"bad\":0,\"total\":100},\"latency\":{\"le\":{\"0.1\":90,\"+Inf\":100}}}";
    String one = "{\"latency\":{\"le\":{\"0.1\":90,\"+Inf\":100}}}";
    Judged judged =
        Judged.of(
            CONFIG,
            Judged.tick(10, 5, both, both),
            Judged.tick(20, 5, one, both),
            Judged.tick(30, 5, one, one),
            Judged.tick(40, 5, "{\"cpu\":{\"value\":0.21}}", both));
    assertThat(judged.exit()).isZero();
    assertThat(judged.answers()).hasSize(4);
  }

  @Test
  void a_slow_candidate_is_harm_at_either_of_two_bounds_but_for_pods_that_are_still_warming_up() {
    String slow =
        "{\"errors\":{\"bad\":0,\"total\":100},\"latency\":{\"le\":{\"0.1\":10,\"0.25\":40,\"1\":100,\"+Inf\":100}}}";
    String stable =
        "{\"errors\":{\"bad\":0,\"total\":1900},\"latency\":{\"le\":{\"0.1\":1805,\"0.25\":1881,\"1\":1900,\"+Inf\":1900}}}";
    List<String> old = new ArrayList<>(List.of(CONFIG));
    for (int i = 1; i <= 8; i++) {
      old.add(Judged.tick(10 * i, 5, slow, stable).replaceFirst("\"age\":100", "\"age\":600"));
    }
    JsonNode last = Judged.of(old.toArray(String[]::new)).last();
    assertThat(last.path("verdict").asText()).isEqualTo("Abort");
    assertThat(last.path("metric").asText()).isEqualTo("latency");
    assertThat(last.path("reason").asText()).contains("slower than");
    List<String> young = old.stream().map(l -> l.replaceFirst("\"age\":600", "\"age\":9")).toList();
    assertThat(Judged.of(young.toArray(String[]::new)).verdicts())
        .doesNotContain("Abort", "Retreat");
    List<String> cold =
        old.stream().map(l -> l.replaceFirst("\"age\":600", "\"age\":100")).toList();
    JsonNode once = Judged.of(cold.toArray(String[]::new)).last();
    assertThat(once.path("verdict").asText()).isEqualTo("Retreat");
    assertThat(once.path("next").asDouble()).isZero();
    assertThat(once.path("reason").asText()).contains("Its pods are young");

    assertThat(Judged.of(warmingUp(cold, "2m")).verdicts()).doesNotContain("Abort", "Retreat");
    assertThat(Judged.of(warmingUp(young, "0s")).last().path("verdict").asText())
        .isEqualTo("Abort");
  }

  private static String[] warmingUp(List<String> lines, String warmUp) {
    String metrics =
        "\"analysis\":{\"metrics\":[{\"preset\":\"errors\"},{\"preset\":\"latency\",\"warmUp\":\"%s\"}],"
            .formatted(warmUp);
    List<String> told = new ArrayList<>(lines);
    told.set(0, told.getFirst().replace("\"analysis\":{", metrics));
    assertThat(told.getFirst()).contains(warmUp);
    return told.toArray(String[]::new);
  }

  @Test
  void what_a_gateway_counted_is_judged_as_soon_as_it_comes() {
    String edge =
        ",\"edge\":{\"candidate\":{\"bad\":50,\"total\":100},\"stable\":{\"bad\":0,\"total\":1900}}}";
    List<String> lines = new ArrayList<>(List.of(CONFIG, Judged.tick(10, 5, 0, 0, 2000)));
    for (int i = 2; i <= 6; i++) {
      lines.add(Judged.tick(10 * i, 5, 0, 0, 2000).replaceFirst("}$", edge));
    }
    Judged judged = Judged.of(lines.toArray(String[]::new));
    assertThat(judged.last().path("verdict").asText()).isEqualTo("Abort");
    assertThat(judged.last().path("metric").asText()).isEqualTo("edge-errors");
  }

  @Test
  void requests_that_the_candidate_never_answers_are_missed() {
    List<String> lines = new ArrayList<>(List.of(CONFIG.replace("60s", "600s")));
    for (int i = 1; i <= 40; i++) {
      lines.add(
          Judged.tick(
              10 * i,
              20,
              "{\"errors\":{\"bad\":0,\"total\":1000}}",
              "{\"errors\":{\"bad\":0,\"total\":8000}}"));
    }
    Judged judged = Judged.of(lines.toArray(String[]::new));
    assertThat(judged.last().path("verdict").asText()).isEqualTo("Abort");
    assertThat(judged.last().path("metric").asText()).isEqualTo("share");
    lines.set(0, lines.getFirst().replace("\"tick\":10", "\"tick\":10,\"completions\":false"));
    assertThat(Judged.of(lines.toArray(String[]::new)).verdicts())
        .as("where completions say nothing of the weight")
        .doesNotContain("Abort");
  }

  @Test
  void armed_is_what_the_analysis_says_and_measured_is_not_without_placebo() {
    String history =
        "{\"history\":{\"t\":%d,\"pods\":[" + Judged.pod("stable", "s1", 1, 500) + "]}}";
    for (boolean past : List.of(true, false)) {
      for (String arm : List.of("Always", "Never", "Measured")) {
        List<String> lines = new ArrayList<>(List.of(CONFIG.replace("Always", arm)));
        for (int t = past ? -200 : 0; t < 0; t += 10) {
          lines.add(history.formatted(t));
        }
        lines.add(Judged.tick(10, 5, 0, 0, 1000));
        JsonNode last = Judged.of(lines.toArray(String[]::new)).last();
        assertThat(last.path("armed").asBoolean()).as(arm).isEqualTo(arm.equals("Always"));
      }
    }
  }

  @Test
  void an_unarmed_judge_holds_and_asks_where_an_armed_one_aborts() {
    List<String> lines = new ArrayList<>(List.of(CONFIG.replace("Always", "Measured")));
    for (int i = 1; i <= 12; i++) {
      lines.add(Judged.tick(10 * i, 5, 2, 0, 2000));
    }
    Judged judged = Judged.of(lines.toArray(String[]::new));
    assertThat(judged.verdicts()).contains("Hold").doesNotContain("Abort");
    assertThat(judged.next()).containsOnly(5.0);
  }

  @Test
  void with_history_it_knows_more_than_without() {
    String history =
        "{\"history\":{\"t\":%d,\"pods\":["
            + Judged.pod("stable", "s1", 0, 5000)
            + ","
            + Judged.pod("stable", "s2", 1, 5000)
            + "]}}";
    List<String> known = new ArrayList<>(List.of(CONFIG));
    for (int t = -600; t < 0; t += 10) {
      known.add(history.formatted(t));
    }
    List<String> unknown = new ArrayList<>(List.of(CONFIG));
    for (int i = 1; i <= 3; i++) {
      known.add(Judged.tick(10 * i, 5, 3, 0, 2000));
      unknown.add(Judged.tick(10 * i, 5, 3, 0, 2000));
    }
    double with = Judged.of(known.toArray(String[]::new)).last().path("odds").asDouble();
    double without = Judged.of(unknown.toArray(String[]::new)).last().path("odds").asDouble();
    assertThat(with).isGreaterThan(1.2 * without);
  }

  @Test
  void an_adaptive_ladder_skips_as_far_as_is_proven_and_another_does_not() {
    assertThat(climbed("")).containsExactly(5.0, 10.0, 50.0, 100.0);
    assertThat(climbed("\"adaptive\":true,")).containsExactly(5.0, 50.0, 100.0);
  }

  /** Weights of a good version that is served what was asked for. */
  private static List<Double> climbed(String more) {
    String config =
        """
        {"config":{"tick":10,%s"analysis":{"arm":"Always","metrics":[{"preset":"errors"}]},
        "stages":[{"name":"a","weight":5,"min":"60s","max":"5m"},{"name":"b","weight":10,"min":"60s","max":"5m"},
        {"name":"c","weight":50,"min":"60s","max":"5m"}]}}
        """
            .formatted(more)
            .replace("\n", "");
    List<String> lines = new ArrayList<>(List.of(config));
    Judged judged = Judged.of(config);
    double weight = 5;
    for (int i = 1; i <= 40; i++) {
      lines.add(Judged.tick(10 * i, weight, 0, 0, 2000));
      judged = Judged.of(lines.toArray(String[]::new));
      weight = judged.last().path("next").asDouble();
    }
    return List.copyOf(new LinkedHashSet<>(judged.next()));
  }

  @Test
  void without_holdback_the_ladder_is_done_with_its_last_stage() {
    String config =
        CONFIG.replace(",\"holdback\":\"10%\",\"bake\":\"20s\"", "").replace("60s", "40s");
    List<String> lines = new ArrayList<>(List.of(config));
    double weight = 5;
    Judged judged = Judged.of(config.strip());
    for (int i = 1; i <= 30; i++) {
      lines.add(Judged.tick(10 * i, weight, 0, 0, 2000));
      judged = Judged.of(lines.toArray(String[]::new));
      weight = judged.last().path("next").asDouble();
    }
    assertThat(List.copyOf(new LinkedHashSet<>(judged.next()))).containsExactly(5.0, 50.0, 100.0);
    assertThat(judged.last().path("stage").asText()).isEqualTo("half");
  }

  @Test
  void shares_are_numbers_up_to_1_or_percents_and_fine_weights_stay_as_listed() {
    String config =
        """
        {"config":{"tick":2,"analysis":{"falseAlarm":0.01,"metrics":[{"preset":"errors","tolerance":{"factor":1.2,"points":0.001}}]},\
        "stages":[{"name":"a little","weight":0.25,"min":"2s","max":"4s"},{"name":"more","weight":33.33,"min":"2s","max":"4s"}],"holdback":0.125}}
        """;
    List<String> lines = new ArrayList<>(List.of(config.strip()));
    double weight = 0.25;
    Judged judged = Judged.of(config.strip());
    for (int i = 1; i <= 30; i++) {
      lines.add(Judged.tick(2 * i, weight, 0, 0, 100_000));
      judged = Judged.of(lines.toArray(String[]::new));
      assertThat(judged.err()).isEmpty();
      weight = judged.last().path("next").asDouble();
    }
    assertThat(List.copyOf(new LinkedHashSet<>(judged.next()))).containsExactly(33.33, 87.5, 100.0);
  }

  @Test
  @Timeout(60)
  void each_answer_is_there_before_the_next_line_is() throws Exception {
    PipedOutputStream in = new PipedOutputStream();
    PipedReader out = new PipedReader(1 << 16);
    Filter filter = new Filter(new PipedInputStream(in, 1 << 16), new PipedWriter(out));
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              filter.run();
              return true;
            });
    var _ = Thread.ofVirtual().start(task);
    try (in;
        BufferedReader answers = new BufferedReader(out)) {
      in.write((CONFIG + "\n").getBytes(StandardCharsets.UTF_8));
      for (int i = 1; i <= 5; i++) {
        in.write((Judged.tick(10 * i, 5, 0, 0, 100) + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        assertThat(Judged.json(answers.readLine()).path("t").asInt()).isEqualTo(10 * i);
      }
    }
    assertThat(task.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void help_has_examples_and_exit_codes() {
    Sluice help = Sluice.run("judge", "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out())
        .contains("Examples:")
        .contains("  sluice judge")
        .contains("Exit code: 0");
  }
}
