package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kubernetes.diagnose.Diagnosis;
import dev.sluice.kubernetes.diagnose.Severity;
import dev.sluice.kubernetes.diagnose.Where;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Where WEB = new Where("Service", Optional.of("shop"), "web");

  private static final Diagnosis UNSEEN =
      new Diagnosis(
          "not-looked-at", Severity.NOTE, WEB, "Leases were not read.", "Nobody knows.", "ask");

  @Test
  void a_diagnosis_is_what_was_seen_what_it_means_and_a_command() {
    Diagnosis missing =
        new Diagnosis(
            "service-missing",
            Severity.BLOCKS,
            WEB,
            "It is not there.",
            "No release starts.",
            "kubectl create");
    assertThat(Report.of(List.of(missing, UNSEEN)))
        .isEqualToIgnoringNewLines(
            """
            BLOCKS service-missing: Service shop/web
              It is not there.
              No release starts.
              $ kubectl create

            Not looked at, so nothing is known of it:
              Leases were not read.

            1 blocks, 0 warn.""");
  }

  @Test
  void nothing_is_said_to_be_fine_that_was_not_looked_at() {
    assertThat(Report.of(List.of())).isEqualTo("Nothing is wrong.");
    assertThat(Report.of(List.of(UNSEEN)))
        .endsWith("Nothing wrong was seen in what could be looked at.");
  }
}
