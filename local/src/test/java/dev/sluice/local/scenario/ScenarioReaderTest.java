package dev.sluice.local.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.local.scenario.Step.Act;
import dev.sluice.local.scenario.Step.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {
  private static final String RIGHT =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Scenario
      metadata: { name: mine }
      spec:
        pods: 3
        load: { rate: 50, users: 10, hotUser: 20% }
        versions:
          v1: { command: [java, -jar, app.jar], env: { A: 1 } }
          v2: { faults: { errors: 5%, slow: 2, crashAfter: 1500ms, startDelay: 2s } }
        steps:
          - { deploy: v2, after: 3s }
          - { command: Abort, at: half, reason: enough }
          - { outage: { errors: 30% }, once: Held }
        expect: { v2: Aborted }
      """;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples/lab"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_scenario_that_comes_with_sluice_is_read_and_named_as_its_file(Path file)
      throws IOException {
    Scenario scenario = read(Files.readString(file));
    assertThat(file).hasFileName(scenario.name() + ".yaml");
    assertThat(scenario.about()).isNotBlank();
    assertThat(scenario.expect()).isNotEmpty();
    assertThat(scenario.policy()).isPresent();
  }

  @Test
  void what_is_written_is_what_happens() {
    Scenario scenario = read(RIGHT);
    assertThat(scenario.start()).isEqualTo("v1");
    assertThat(scenario.users().hot()).isEqualTo(0.2);
    assertThat(scenario.version("v1").env()).containsEntry("A", "1");
    assertThat(scenario.version("v1").faulty()).isFalse();
    assertThat(scenario.version("v2").env())
        .containsEntry("ERRORS", "0.05")
        .containsEntry("SLOW_FACTOR", "2.0")
        .containsEntry("CRASH_AFTER", "1.5")
        .containsEntry("START_DELAY", "2000");
    assertThat(scenario.version("v2").faulty()).isTrue();
    assertThat(scenario.steps()).extracting(Step::act).contains(new Act.Outage(0.3, 1));
    assertThat(scenario.steps().get(1).act())
        .isInstanceOfSatisfying(
            Act.Give.class, give -> assertThat(give.action()).isEqualTo(Action.ABORT));
    assertThat(scenario.steps().get(1).when()).contains(new Moment.Stage("half"));
    assertThat(scenario.steps().get(2).when()).contains(new Moment.Stands(Condition.HELD));
    assertThat(scenario.expect()).containsEntry("v2", Phase.ABORTED);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          kind: Scenario | kind: Scene | kind | ReleasePolicy
          deploy: v2 | deploy: v9 | spec.steps[0].deploy | write one of v1, v2
          deploy: v2 | deploi: v2 | spec.steps[0].deploi | did you mean deploy?
          deploy: v2 | scale: -1 | spec.steps[0].scale | from 0 to 20
          deploy: v2, after: 3s | deploy: v2, command: Abort | spec.steps[0] | exactly one of deploy
          at: half | at: half, once: Held | spec.steps[1] | write at (a stage) or once
          once: Held | once: Done | spec.steps[2].once | Succeeded
          v2: Aborted | v2: Baking | spec.expect.v2 | write one of Succeeded
          v2: Aborted | v7: Aborted | spec.expect.v7 | write one of v1, v2
          errors: 5% | errors: 500% | spec.versions.v2.faults.errors | from 0 to 100
          errors: 5% | eros: 5% | spec.versions.v2.faults.eros | did you mean errors?
          pods: 3 | pods: 300 | spec.pods | from 1 to 20
          rate: 50 | rate: fast | spec.load.rate | write a number
          """)
  void each_mistake_is_found_where_it_is(String right, String wrong, String path, String says) {
    assertThat(RIGHT).contains(right);
    Parsed<Scenario> parsed = ScenarioReader.read(RIGHT.replace(right, wrong));
    assertThat(parsed).isInstanceOf(Parsed.Bad.class);
    List<Problem> problems = ((Parsed.Bad<Scenario>) parsed).problems();
    assertThat(problems).filteredOn(p -> p.path().equals(path)).first().asString().contains(says);
  }

  @Test
  void a_file_without_a_scenario_says_where_to_find_one() {
    assertThat(((Parsed.Bad<Scenario>) ScenarioReader.read("")).problems()).isNotEmpty();
  }

  private static Scenario read(String text) {
    return switch (ScenarioReader.read(text)) {
      case Parsed.Ok<Scenario> ok -> ok.value();
      case Parsed.Bad<Scenario> bad -> throw new AssertionError(bad.problems());
    };
  }
}
