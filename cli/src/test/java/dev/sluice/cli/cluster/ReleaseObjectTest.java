package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A Release is read as far as it goes. */
class ReleaseObjectTest {
  private static final String ENDED =
      """
      {"metadata": {"name": "web-2", "namespace": "shop", "creationTimestamp": "2026-11-25T12:00:00Z"},
       "spec": {"policy": "web", "stableHash": "aaa", "candidateHash": "bbb"},
       "status": {"phase": "Aborted", "condition": "Moving", "weight": "0%", "odds": 120.5, "hurt": 14,
                  "reason": "harm", "message": "Errors.",
                  "decisions": [
                    {"at": "2026-11-25T12:00:01Z", "phase": "Shifting", "stage": "small",
                     "condition": "Moving", "weight": "0.5%", "odds": 1, "hurt": 0,
                     "reason": "stage", "message": "Stage small."},
                    {"at": "2026-11-25T12:07:00Z", "phase": "Aborted", "condition": "Moving",
                     "weight": "0%", "odds": 120.5, "hurt": 14, "reason": "harm", "message": "Errors."}]}}
      """;

  @Test
  void one_that_has_ended_says_when() throws IOException {
    ReleaseView view = view(ENDED);
    assertThat(view.policy()).isEqualTo("web");
    assertThat(view.phase()).contains(Phase.ABORTED);
    assertThat(view.began()).contains(Instant.parse("2026-11-25T12:00:00Z"));
    assertThat(view.ended()).contains(Instant.parse("2026-11-25T12:07:00Z"));
    assertThat(view.odds()).hasValue(120.5);
    assertThat(view.decisions().getFirst().weight()).isEqualTo(new Share(5));
  }

  @Test
  void one_that_has_just_begun_has_no_status() throws IOException {
    ReleaseView view =
        view("{\"metadata\": {\"name\": \"web-3\", \"namespace\": \"shop\"}, \"spec\": {}}");
    assertThat(view.phase()).isEmpty();
    assertThat(view.why()).isEqualTo("Nothing was decided yet.");
    assertThat(view.began()).isEmpty();
    assertThat(view.odds()).isEmpty();
  }

  @Test
  void words_of_a_newer_version_are_left_out() throws IOException {
    ReleaseView view = view(ENDED.replace("Aborted", "Evaporated").replace("0.5%", "a lot"));
    assertThat(view.phase()).isEmpty();
    assertThat(view.ended()).isEmpty();
    assertThat(view.decisions()).hasSize(2);
  }

  private static ReleaseView view(String json) throws IOException {
    return new ReleaseObject((ObjectNode) new ObjectMapper().readTree(json)).view();
  }
}
