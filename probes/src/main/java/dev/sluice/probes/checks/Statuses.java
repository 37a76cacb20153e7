package dev.sluice.probes.checks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks for a page, for the status of the answer alone. */
@FunctionalInterface
public interface Statuses {
  /** What one request is granted. */
  Duration ANSWER = Duration.ofSeconds(2);

  /**
   * Takes no longer than {@link #ANSWER}.
   *
   * @throws IOException if there is no answer
   */
  int of(URI page) throws IOException, InterruptedException;

  /** By HTTP, straight to whom the address names. */
  static Statuses direct() {
    HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();
    return page -> {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(ANSWER).build();
      // The headers are the answer: a body is not waited for.
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close();
      return answer.statusCode();
    };
  }
}
