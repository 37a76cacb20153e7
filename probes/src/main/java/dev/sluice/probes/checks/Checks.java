package dev.sluice.probes.checks;

import dev.sluice.engine.world.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks a pod until it gives the answer that is a yes, or time is over. */
public final class Checks {
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private static final Duration ONE = Duration.ofSeconds(2);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ONE).build();

  /**
   * Takes as long as the check's timeout, and one request's more, at most.
   *
   * @param pod where a ready pod of the candidate can be asked, looked up for every try: the one
   *     that was asked may be gone; empty: there is none
   */
  public CheckResult run(HttpCheck check, Supplier<Optional<URI>> pod) throws InterruptedException {
    long end = System.nanoTime() + check.timeout().toNanos();
    String seen;
    do {
      Optional<URI> where = pod.get();
      if (where.isEmpty()) {
        seen = "no pod was ready to be asked";
      } else {
        try {
          int status = ask(where.get().resolve(check.path()));
          if (status == check.expect()) {
            return new CheckResult.Passed();
          }
          seen = "it answered " + status;
        } catch (IOException e) {
          seen = "it did not answer (" + e.getClass().getSimpleName() + ")";
        }
      }
      Thread.sleep(BETWEEN);
    } while (System.nanoTime() - end < 0);
    return new CheckResult.Failed(
        "GET %s of a pod of the candidate should answer %d; after %d s %s."
            .formatted(check.path(), check.expect(), check.timeout().toSeconds(), seen));
  }

  /** The headers are the answer: a body is not waited for. */
  private int ask(URI where) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(where).timeout(ONE).build();
    HttpResponse<java.io.InputStream> answer =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }
}
