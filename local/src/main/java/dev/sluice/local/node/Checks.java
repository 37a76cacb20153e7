package dev.sluice.local.node;

import dev.sluice.engine.world.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks one pod until it gives the answer that is a yes, or time is over. */
final class Checks {
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private static final Duration ONE = Duration.ofSeconds(2);
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ONE).build();

  /** Takes as long as the check's timeout at most. */
  CheckResult run(NodeConfig.HttpCheck check, int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + check.path()))
            .timeout(ONE)
            .build();
    long end = System.nanoTime() + check.timeout().toNanos();
    String seen;
    do {
      try {
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status == check.expect()) {
          return new CheckResult.Passed();
        }
        seen = "it answered " + status;
      } catch (IOException e) {
        seen = "it did not answer (" + e.getClass().getSimpleName() + ")";
      }
      Thread.sleep(BETWEEN);
    } while (System.nanoTime() - end < 0);
    return new CheckResult.Failed(
        "GET %s of a pod of the candidate should answer %d; after %d s %s."
            .formatted(check.path(), check.expect(), check.timeout().toSeconds(), seen));
  }
}
