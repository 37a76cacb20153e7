package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What becomes of a write that did not succeed. */
class WritesTest {
  @Test
  void a_write_that_nobody_answered_may_have_been_done_and_is_tried_again_at_once() {
    assertThat(
            after(
                new KubernetesClientException("An error has occurred.", new IOException("reset"))))
        .isEqualTo(new Outcome.Unknown("reset"));
    assertThat(after(new KubernetesClientException("timed out", 0, null)))
        .isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void who_is_too_busy_or_broken_has_refused_nothing() {
    for (int code : new int[] {408, 429, 500, 503}) {
      assertThat(after(answer(code))).isInstanceOf(Outcome.Unknown.class);
    }
  }

  @Test
  void a_world_that_has_moved_on_is_a_conflict_and_the_rest_is_refused() {
    for (int code : new int[] {404, 409}) {
      assertThat(after(answer(code))).isInstanceOf(Outcome.Conflict.class);
    }
    for (int code : new int[] {400, 403, 422}) {
      assertThat(after(answer(code))).isInstanceOf(Outcome.Refused.class);
    }
  }

  private static KubernetesClientException answer(int code) {
    return new KubernetesClientException(
        "no", code, new StatusBuilder().withCode(code).withMessage("no").build());
  }

  private static Outcome after(RuntimeException thrown) {
    return Writes.outcome(
        () -> {
          throw thrown;
        });
  }
}
