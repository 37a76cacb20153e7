package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.engine.model.CheckSpec.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A yes or no at a moment, by exactly one of http, job and webhook.
 *
 * @param name unique within the policy
 * @param at the moment
 * @param stage for BeforeStage: which
 * @param timeout after which no answer is a no
 * @param http asks a pod of the candidate
 * @param job runs a Job of yours
 * @param webhook asks whoever is at a URL
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyCheck(
    String name,
    Moment at,
    Optional<String> stage,
    Duration timeout,
    Optional<Http> http,
    Optional<Job> job,
    Optional<Webhook> webhook) {
  /**
   * A request to one of the candidate's pods.
   *
   * @param path percent-encoded, with its query
   * @param expect the status that means yes
   * @param port absent: the pod's first declared port
   * @param method GET, POST or HEAD
   * @param headers that the request carries
   * @param body of a POST
   * @param answer what the answer must have besides its status
   * @param times how many answers in a row must be a yes
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Http(
      String path,
      int expect,
      OptionalInt port,
      String method,
      List<Header> headers,
      Optional<String> body,
      Optional<Answer> answer,
      int times) {
    public Http {
      headers = List.copyOf(headers);
    }
  }

  /**
   * A header, as in a probe of a pod.
   *
   * @param name of the header
   * @param value all of it
   */
  public record Header(String name, String value) {}

  /**
   * What an answer must have, all of it; of a body the first 64 KiB count.
   *
   * @param contains a text in its body
   * @param matches a pattern (RE2) that is found in its body
   * @param header one that it carries
   * @param within how long it may take
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Answer(
      Optional<String> contains,
      Optional<String> matches,
      Optional<Header> header,
      Optional<Duration> within) {}

  /**
   * A Job made from a CronJob of the policy's own namespace that carries the label sluice.dev/check
   * with the value "true": whoever wrote the CronJob says what may run.
   *
   * @param cronJob name of the CronJob; suspended, it never runs by itself
   */
  public record Job(String cronJob) {}

  /**
   * Whoever is asked by a POST; redirects are not followed.
   *
   * @param url where to
   * @param hmac holds the key that the request is signed with; absent: it is not
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Webhook(String url, Optional<SecretKey> hmac) {}
}
