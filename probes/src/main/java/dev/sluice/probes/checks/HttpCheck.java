package dev.sluice.probes.checks;

import dev.sluice.api.PolicyCheck;
import dev.sluice.probes.checks.Answers.Header;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A check that asks a pod of the candidate.
 *
 * @param path of the request
 * @param expect what the answer must be
 * @param times how many answers in a row must be so
 * @param timeout after which no such answers are a no
 */
public record HttpCheck(
    String method,
    String path,
    List<Header> headers,
    Optional<String> body,
    Expectation expect,
    int times,
    Duration timeout)
    implements Check {
  public HttpCheck {
    headers = List.copyOf(headers);
  }

  /** A GET whose answer must have that status. */
  public static HttpCheck get(String path, int status, Duration timeout) {
    return new HttpCheck(
        "GET", path, List.of(), Optional.empty(), Expectation.status(status), 1, timeout);
  }

  /** As a policy asks for it. */
  public static HttpCheck of(PolicyCheck.Http http, Duration timeout) {
    return new HttpCheck(
        http.method(),
        http.path(),
        http.headers().stream().map(h -> new Header(h.name(), h.value())).toList(),
        http.body(),
        Expectation.of(http),
        http.times(),
        timeout);
  }

  /** What one try asks. */
  Answers.Question question() {
    return new Answers.Question(
        method, headers, body, expect.within().orElse(Answers.USUAL), expect.readsBody());
  }
}
