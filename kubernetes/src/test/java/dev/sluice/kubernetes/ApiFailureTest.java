package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the client throws when the API server is not well, and what is made of it. */
class ApiFailureTest {
  @Test
  void a_list_that_is_not_answered_is_asked_for_again_and_one_that_is_forbidden_is_not() {
    assertThat(InformerCache.passes(new CompletionException(new TimeoutException()))).isTrue();
    assertThat(InformerCache.passes(new CompletionException(new ConnectException()))).isTrue();
    assertThat(InformerCache.passes(new KubernetesClientException("no", new IOException())))
        .isTrue();
    assertThat(InformerCache.passes(answered(429))).isTrue();
    assertThat(InformerCache.passes(answered(503))).isTrue();
    assertThat(InformerCache.passes(answered(403))).isFalse();
  }

  @Test
  void why_it_was_not_reached_is_said_in_words() {
    IOException refused = new IOException(new ConnectException());
    assertThat(said(refused)).isEqualTo("it cannot be connected to");
    assertThat(said(new HttpTimeoutException("request timed out")))
        .isEqualTo("it did not answer in time");
    assertThat(said(new TimeoutException())).isEqualTo("it did not answer in time");
    assertThat(said(new IOException("parser received no bytes")))
        .isEqualTo("parser received no bytes");
    assertThat(ApiFailure.said(answered(403))).isEqualTo("no");
  }

  /** A refusal is remembered and not tried again for a while: a way back must not be one. */
  @Test
  void a_write_without_an_answer_may_have_been_done_and_is_no_refusal() {
    for (Exception cause :
        List.of(new IOException("reset"), new TimeoutException(), new ConnectException())) {
      assertThat(Writes.outcome(failing(new KubernetesClientException("no", cause))))
          .as(cause.toString())
          .isInstanceOf(Outcome.Unknown.class);
    }
    assertThat(Writes.outcome(failing(answered(503)))).isInstanceOf(Outcome.Unknown.class);
    assertThat(Writes.outcome(failing(answered(429)))).isInstanceOf(Outcome.Unknown.class);
    assertThat(Writes.outcome(failing(answered(409)))).isInstanceOf(Outcome.Conflict.class);
    assertThat(Writes.outcome(failing(answered(403)))).isInstanceOf(Outcome.Refused.class);
  }

  private static Runnable failing(KubernetesClientException e) {
    return () -> {
      throw e;
    };
  }

  private static String said(Exception cause) {
    return ApiFailure.said(new KubernetesClientException("Operation failed", cause));
  }

  private static KubernetesClientException answered(int code) {
    return new KubernetesClientException(
        "answered", code, new StatusBuilder().withCode(code).withMessage("no").build());
  }
}
