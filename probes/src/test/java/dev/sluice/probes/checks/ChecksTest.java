package dev.sluice.probes.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.world.CheckResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A yes, a late yes, a no, and no answer at all. */
class ChecksTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpServer pod = pod();
  private final Checks checks = new Checks(Answers.direct());
  private int yesFrom;

  @BeforeEach
  void begin() {
    pod.createContext(
        "/readyz",
        exchange -> {
          try (exchange) {
            int status = asked.incrementAndGet() >= yesFrom ? 200 : 503;
            exchange.sendResponseHeaders(status, -1);
          }
        });
    pod.start();
  }

  @AfterEach
  void end() {
    pod.stop(0);
  }

  @Test
  void aPodThatAnswersAsExpectedPasses() throws Exception {
    assertThat(run(pod.getAddress().getPort(), 20)).isEqualTo(new CheckResult.Passed());
    assertThat(asked).hasValue(1);
  }

  @Test
  void itIsAskedAgainUntilTimeIsOver() throws Exception {
    yesFrom = 3;
    assertThat(run(pod.getAddress().getPort(), 20)).isEqualTo(new CheckResult.Passed());
    assertThat(asked).hasValue(3);
  }

  @Test
  void theLastAnswerIsSaidWhenItNeverWasAYes() throws Exception {
    yesFrom = Integer.MAX_VALUE;
    assertThat(((CheckResult.Failed) run(pod.getAddress().getPort(), 1)).why())
        .startsWith("GET /readyz of a pod of the candidate should answer 200; after 1 s it ")
        .containsAnyOf("it answered 503.", "it did not answer (");
  }

  @Test
  void noAnswerIsANo() throws Exception {
    pod.stop(0);
    assertThat(((CheckResult.Failed) run(pod.getAddress().getPort(), 1)).why())
        .contains("it did not answer");
  }

  @Test
  void noPodAtAllIsANoToo() throws Exception {
    CheckResult result =
        checks.run(HttpCheck.get("/readyz", 200, Duration.ofSeconds(1)), Optional::empty);
    assertThat(((CheckResult.Failed) result).why()).contains("no pod was ready to be asked");
  }

  private CheckResult run(int port, int seconds) throws InterruptedException {
    return checks.run(
        HttpCheck.get("/readyz", 200, Duration.ofSeconds(seconds)),
        () -> Optional.of(URI.create("http://127.0.0.1:%d/readyz".formatted(port))));
  }

  private static HttpServer pod() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
