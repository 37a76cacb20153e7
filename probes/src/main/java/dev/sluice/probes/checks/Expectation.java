package dev.sluice.probes.checks;

import com.google.re2j.Pattern;
import dev.sluice.api.PolicyCheck;
import dev.sluice.probes.checks.Answers.Answer;
import dev.sluice.probes.checks.Answers.Header;
import java.time.Duration;
import java.util.Optional;

/**
 * What an answer must be.
 *
 * @param contains a text that its body must have
 * @param matches a pattern (RE2) that must be found in its body
 * @param header that it must carry
 * @param within how long it may take; absent: {@link Answers#USUAL}
 */
public record Expectation(
    int status,
    Optional<String> contains,
    Optional<String> matches,
    Optional<Header> header,
    Optional<Duration> within) {
  static Expectation status(int status) {
    return new Expectation(
        status, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Expectation of(PolicyCheck.Http http) {
    return new Expectation(
        http.expect(),
        http.answer().flatMap(PolicyCheck.Answer::contains),
        http.answer().flatMap(PolicyCheck.Answer::matches),
        http.answer().flatMap(PolicyCheck.Answer::header).map(h -> new Header(h.name(), h.value())),
        http.answer().flatMap(PolicyCheck.Answer::within));
  }

  boolean readsBody() {
    return contains.isPresent() || matches.isPresent();
  }

  /** Why it is not as expected; empty: it is. A body may hold what is nobody's business. */
  Optional<String> missed(Answer answer) {
    if (answer.status() != status) {
      return Optional.of("it answered " + answer.status());
    }
    if (header.filter(h -> !answer.carries(h)).isPresent()) {
      Header h = header.get();
      return Optional.of("its answer does not carry %s: %s".formatted(h.name(), h.value()));
    }
    if (contains.filter(text -> !answer.body().contains(text)).isPresent()) {
      return Optional.of("its body does not contain \"%s\"".formatted(contains.get()));
    }
    return matches
        .filter(pattern -> !Pattern.compile(pattern).matcher(answer.body()).find())
        .map("its body does not match %s"::formatted);
  }
}
