package dev.sluice.probes.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.probes.http.Http;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks once. */
@FunctionalInterface
public interface Answers {
  /** What one request is granted where nobody says otherwise. */
  Duration USUAL = Duration.ofSeconds(2);

  /** Bytes of a body. */
  int MOST = 64 * 1024;

  /**
   * Takes no longer than the question grants; a redirect is an answer and not followed.
   *
   * @throws IOException if there is no answer, or one that is too long
   */
  Answer to(URI page, Question question) throws IOException, InterruptedException;

  /**
   * A header of a request or an answer.
   *
   * @param value all of it
   */
  record Header(String name, String value) {}

  /**
   * What is asked.
   *
   * @param readsBody whether the answer's body matters; else its headers are the answer, and a body
   *     is not waited for
   */
  record Question(
      String method,
      List<Header> headers,
      Optional<String> body,
      Duration within,
      boolean readsBody) {
    public Question {
      headers = List.copyOf(headers);
    }
  }

  /**
   * What came.
   *
   * @param body empty where it was not asked for
   */
  record Answer(int status, List<Header> headers, String body) {
    public Answer {
      headers = List.copyOf(headers);
    }

    boolean carries(Header header) {
      return headers.stream()
          .anyMatch(
              h -> h.name().equalsIgnoreCase(header.name()) && h.value().equals(header.value()));
    }

    Optional<String> header(String name) {
      return headers.stream()
          .filter(h -> h.name().equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }
  }

  /** By HTTP, straight to whom the address names. */
  static Answers direct() {
    HttpClient http = Http.client();
    return (page, question) -> {
      HttpRequest request = request(page, question);
      if (question.readsBody()) {
        HttpResponse<byte[]> answer =
            within(
                question,
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST)));
        return new Answer(answer.statusCode(), headers(answer), new String(answer.body(), UTF_8));
      }
      HttpResponse<InputStream> answer =
          within(question, http.sendAsync(request, BodyHandlers.ofInputStream()));
      answer.body().close();
      return new Answer(answer.statusCode(), headers(answer), "");
    };
  }

  private static HttpRequest request(URI page, Question question) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(page)
            .timeout(question.within())
            .method(
                question.method(),
                question
                    .body()
                    .map(HttpRequest.BodyPublishers::ofString)
                    .orElseGet(HttpRequest.BodyPublishers::noBody));
    question.headers().forEach(h -> request.header(h.name(), h.value()));
    return request.build();
  }

  private static List<Header> headers(HttpResponse<?> answer) {
    return answer.headers().map().entrySet().stream()
        .flatMap(e -> e.getValue().stream().map(value -> new Header(e.getKey(), value)))
        .toList();
  }

  /** The client's own limit ends with the headers. */
  private static <T> T within(Question question, CompletableFuture<T> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get(question.within().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("There was no answer in time.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }
}
