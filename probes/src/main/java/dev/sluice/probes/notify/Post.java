package dev.sluice.probes.notify;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request. Of the answer only status and Retry-After are looked at: a body may be an echo, and
 * a redirect's place may hold what was sent.
 */
record Post(URI to, Map<String, String> headers, String body) {
  private static final Duration LONGEST_AFTER = Duration.ofSeconds(60);

  /** Larger ones are not read. */
  private static final int ANSWER_BYTES = 1 << 16;

  Outcome send(HttpClient http, Duration within, Instant now) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to).timeout(within).POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(
            request.build(), BodyHandlers.limiting(BodyHandlers.discarding(), ANSWER_BYTES));
    try {
      return outcome(answer.get(within.toNanos(), TimeUnit.NANOSECONDS), now);
    } catch (TimeoutException e) {
      return new Outcome.Later(
          "it did not answer within %d ms".formatted(within.toMillis()), Optional.empty());
    } catch (ExecutionException e) {
      // The message of what went wrong may name the URL.
      return new Outcome.Later("it was not reached (%s)".formatted(cause(e)), Optional.empty());
    } finally {
      answer.cancel(true);
    }
  }

  private static Outcome outcome(HttpResponse<Void> answer, Instant now) {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return new Outcome.Sent();
    }
    if (status >= 500 || status == 429 || status == 408) {
      return new Outcome.Later(
          "it answered " + status,
          answer.headers().firstValue("Retry-After").flatMap(after -> after(after, now)));
    }
    return new Outcome.Refused(
        status >= 300 && status < 400
            ? "it answered %d, and redirects are not followed".formatted(status)
            : "it answered " + status);
  }

  /** Seconds, or a date; never longer than somebody may make us wait. */
  static Optional<Duration> after(String header, Instant now) {
    Duration asked;
    if (header.matches("\\d{1,9}")) {
      asked = Duration.ofSeconds(Long.parseLong(header));
    } else {
      try {
        asked =
            Duration.between(
                now, ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    return Optional.of(asked).filter(Duration::isPositive).map(Post::bounded);
  }

  private static Duration bounded(Duration asked) {
    return asked.compareTo(LONGEST_AFTER) < 0 ? asked : LONGEST_AFTER;
  }

  private static String cause(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? "no reason" : cause.getClass().getSimpleName();
  }
}
