package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int sluice(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void version_is_printed_for_people_and_for_programs() {
    assertThat(sluice("version")).isZero();
    assertThat(out.toString()).matches("sluice \\d+\\.\\d+\\.\\d+\\S* \\(Java 25\\S*\\)\\R");
    out.getBuffer().setLength(0);
    assertThat(sluice("version", "-o", "json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"version\" : ");
    out.getBuffer().setLength(0);
    assertThat(sluice("version", "-o", "yaml")).isZero();
    assertThat(out.toString()).startsWith("version: ");
  }

  @Test
  void a_wrong_word_is_one_sentence_and_exit_2() {
    assertThat(sluice("versoin")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("versoin").contains("version").contains("sluice --help");
  }

  @Test
  void a_wrong_output_format_says_what_there_is() {
    assertThat(sluice("version", "-o", "xml")).isEqualTo(2);
    assertThat(err.toString()).contains("xml").containsIgnoringCase("json");
  }

  @Test
  void nothing_to_do_is_bad_usage() {
    assertThat(sluice()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Say what to do");
  }

  @Test
  void help_shows_the_exit_codes_and_examples() {
    assertThat(sluice("--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:").contains("3  held").contains("Examples:");
  }

  @Test
  void completion_knows_the_commands() {
    assertThat(sluice("completion")).isZero();
    assertThat(out.toString()).contains("complete -F").contains("version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get", "watch", "explain", "history", "console", "init", "judge", "approve", "promote",
        "pause", "resume", "abort", "retry", "undo"
      })
  void every_command_on_releases_shows_examples_and_its_exit_codes(String command) {
    assertThat(sluice(command, "--help")).isZero();
    assertThat(out.toString())
        .contains("Examples:")
        .contains("  sluice " + command)
        .contains("Exit code: ");
  }

  @Test
  void completion_of_kubectl_knows_what_comes_next() {
    assertThat(sluice("__complete", "ab")).isZero();
    assertThat(out.toString().lines()).containsExactly("abort", ":4");
    out.getBuffer().setLength(0);
    sluice("__complete", "abort", "--re");
    assertThat(out.toString().lines()).containsExactly("--reason", ":4");
    out.getBuffer().setLength(0);
    sluice("__complete", "get", "");
    assertThat(out.toString().lines()).containsExactly("policies", "releases", ":4");
    out.getBuffer().setLength(0);
    sluice("__complete", "");
    assertThat(out.toString().lines()).contains("history", "init").doesNotContain("--help");
  }
}
