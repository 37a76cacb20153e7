package dev.sluice.probes.checks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.checks.Answers.Answer;
import dev.sluice.probes.checks.Answers.Header;
import dev.sluice.probes.secret.SecretSource;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import dev.sluice.probes.secret.Secrets;
import dev.sluice.probes.secret.Signature;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks by a POST for a yes or a no. 2xx is a yes; 202 with Retry-After is neither yet. 4xx is a no,
 * and so is a redirect, for none is followed. Who is busy (408, 429), fails (5xx) or does not
 * answer is asked again until time is over, more and more rarely and never at one moment with
 * others.
 */
public final class Webhooks {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .build();
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);
  private static final int MESSAGE = 200;

  private final Answers answers;
  private final Reach reach;
  private final Secrets secrets;
  private final InstantSource clock;

  /**
   * @param secrets where keys are that requests are signed with; read for each, for they change
   */
  public Webhooks(Reach reach, SecretSource secrets, InstantSource clock) {
    this.secrets = new Secrets(secrets);
    this.answers = Answers.direct();
    this.reach = reach;
    this.clock = clock;
  }

  /** How one try went. */
  private sealed interface Try {}

  private record Over(CheckResult result) implements Try {}

  /**
   * Neither yes nor no.
   *
   * @param pause for which it asked
   */
  private record Again(String seen, Optional<Duration> pause) implements Try {}

  /** Takes as long as the check's timeout, at most. */
  public CheckResult run(WebhookCheck check) throws InterruptedException {
    long end = System.nanoTime() + check.timeout().toNanos();
    String body = body(check.subject());
    Duration pause = FIRST_PAUSE;
    while (true) {
      Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
      switch (ask(check, body, left.compareTo(ANSWER) < 0 ? left : ANSWER)) {
        case Over over -> {
          return over.result();
        }
        case Again again -> {
          Duration wait = jittered(again.pause().map(asked -> asked.multipliedBy(2)).orElse(pause));
          pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
          if (System.nanoTime() + wait.toNanos() - end >= 0) {
            return no(
                "The webhook at %s gave no answer that is a yes or a no within %d s; %s."
                    .formatted(check.host(), check.timeout().toSeconds(), again.seen()));
          }
          Thread.sleep(wait);
        }
      }
    }
  }

  private Try ask(WebhookCheck check, String body, Duration within) throws InterruptedException {
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("Content-Type", "application/json"));
    headers.add(new Header("Idempotency-Key", check.subject().key()));
    try {
      if (check.hmac().isPresent()) {
        byte[] key = secrets.hmacKey(check.hmac().get());
        Signature.headers(key, check.subject().key(), clock.instant(), body)
            .forEach((name, value) -> headers.add(new Header(name, value)));
      }
      reach.check(check.url());
      return said(
          check.host(),
          answers.to(
              check.url(), new Answers.Question("POST", headers, Optional.of(body), within, true)));
    } catch (Unreadable e) {
      return e.again()
          ? new Again("its key could not be read", Optional.empty())
          : new Over(
              no("The webhook at %s was not asked: %s.".formatted(check.host(), e.sentence())));
    } catch (Reach.Beyond e) {
      return new Over(
          no(
              "The webhook at %s is an address of the operator's own host, which no policy may have asked."
                  .formatted(check.host())));
    } catch (IOException e) {
      return new Again("the last try ended with " + e.getClass().getSimpleName(), Optional.empty());
    }
  }

  private static Try said(String host, Answer answer) {
    int status = answer.status();
    Optional<Duration> later = later(answer);
    if (status == 202 && later.isPresent()) {
      return new Again("it was not done", later);
    }
    if (status >= 200 && status < 300) {
      return new Over(new CheckResult.Passed());
    }
    if (status == 408 || status == 429 || status >= 500) {
      return new Again("it answered " + status, later);
    }
    if (status >= 400) {
      return new Over(
          no(
              message(answer.body())
                  .map(m -> "The webhook at %s says no: %s".formatted(host, m))
                  .orElseGet(() -> "The webhook at %s says no (%d).".formatted(host, status))));
    }
    return new Over(
        no("The webhook at %s answered %d, and no redirect is followed.".formatted(host, status)));
  }

  /** In seconds; a date is not read. */
  private static Optional<Duration> later(Answer answer) {
    return answer
        .header("Retry-After")
        .filter(text -> text.matches("\\d{1,5}"))
        .map(text -> Duration.ofSeconds(Math.max(1, Long.parseLong(text))))
        .map(asked -> shorter(asked, LONGEST_ASKED));
  }

  /** What a stranger wrote becomes one short line. */
  private static Optional<String> message(String body) {
    try {
      JsonNode message = JSON.readTree(body).path("message");
      String line = message.asText("").replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
      return line.isEmpty() || !message.isTextual()
          ? Optional.empty()
          : Optional.of(line.length() > MESSAGE ? line.substring(0, MESSAGE) + "…" : line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String body(Subject subject) {
    try {
      return JSON.writeValueAsString(subject);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts", e);
    }
  }

  private static Duration jittered(Duration pause) {
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis() + 1));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static CheckResult no(String why) {
    return new CheckResult.Failed(why);
  }
}
