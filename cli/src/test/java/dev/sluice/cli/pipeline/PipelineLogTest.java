package dev.sluice.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.pipeline.PipelineLog.Dialect;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineLogTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private final StringWriter said = new StringWriter();

  @Test
  void the_system_is_known_by_its_variables() {
    assertThat(Dialect.of(Map.of("GITHUB_ACTIONS", "true"))).isEqualTo(Dialect.GITHUB);
    assertThat(Dialect.of(Map.of("GITLAB_CI", "true"))).isEqualTo(Dialect.GITLAB);
    assertThat(Dialect.of(Map.of("CI", "true"))).isEqualTo(Dialect.NONE);
  }

  @Test
  void github_folds_steps_and_is_told_what_stands_in_the_way() {
    PipelineLog log = through(Dialect.GITHUB);
    log.troubled("Two\nlines, 100 %");
    log.ended(Optional.of("It harms."), "Taken back: it harms.");
    assertThat(said.toString().lines())
        .containsExactly(
            "::group::Preparing",
            "::endgroup::",
            "::group::small",
            "::warning title=Sluice::Two%0Alines, 100 %25",
            "::endgroup::",
            "::error title=Sluice::Taken back: it harms.");
  }

  @Test
  void gitlab_has_sections() {
    through(Dialect.GITLAB).ended(Optional.empty(), "It serves.");
    String end = "\r\u001b[0K";
    assertThat(said.toString())
        .isEqualTo(
            String.join(
                System.lineSeparator(),
                "\u001b[0Ksection_start:1800000000:sluice_Preparing" + end + "Preparing",
                "\u001b[0Ksection_end:1800000000:sluice_Preparing" + end,
                "\u001b[0Ksection_start:1800000000:sluice_small" + end + "small",
                "\u001b[0Ksection_end:1800000000:sluice_small" + end,
                ""));
  }

  @Test
  void elsewhere_nothing_is_added() {
    PipelineLog log = through(Dialect.NONE);
    log.troubled("Something.");
    log.ended(Optional.empty(), "It serves.");
    assertThat(said.toString()).isEmpty();
  }

  private PipelineLog through(Dialect dialect) {
    PipelineLog log = new PipelineLog(dialect, new PrintWriter(said), InstantSource.fixed(NOW));
    log.decided(decided(Phase.PREPARING, Optional.empty()));
    log.decided(decided(Phase.SHIFTING, Optional.of("small")));
    log.decided(decided(Phase.SHIFTING, Optional.of("small")));
    return log;
  }

  private static Decided decided(Phase phase, Optional<String> stage) {
    return new Decided(
        NOW,
        Optional.of("orders-1"),
        "some",
        "Something.",
        Optional.of(phase),
        stage,
        Share.NONE,
        1,
        0,
        Condition.MOVING);
  }
}
