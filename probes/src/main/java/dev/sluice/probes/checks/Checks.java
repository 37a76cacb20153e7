package dev.sluice.probes.checks;

import dev.sluice.engine.world.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks a pod until it gives the answer that is a yes, or time is over. */
public final class Checks {
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private final Answers answers;

  public Checks(Answers answers) {
    this.answers = answers;
  }

  /**
   * Takes as long as the check's timeout, and one request's more, at most.
   *
   * @param page the check's page of a ready pod of the candidate, looked up for every try: the one
   *     that was asked may be gone; empty: there is none
   */
  public CheckResult run(HttpCheck check, Supplier<Optional<URI>> page)
      throws InterruptedException {
    long end = System.nanoTime() + check.timeout().toNanos();
    int inARow = 0;
    String seen;
    do {
      Optional<String> missed = missed(check, page.get());
      if (missed.isEmpty()) {
        inARow++;
        if (inARow == check.times()) {
          return new CheckResult.Passed();
        }
        seen = "only %d in a row were so".formatted(inARow);
      } else {
        inARow = 0;
        seen = missed.get();
      }
      Thread.sleep(BETWEEN);
    } while (System.nanoTime() - end < 0);
    return new CheckResult.Failed(
        "%s %s of a pod of the candidate should answer %d%s; after %d s %s."
            .formatted(
                check.method(),
                check.path(),
                check.expect().status(),
                check.times() > 1 ? " %d times in a row".formatted(check.times()) : "",
                check.timeout().toSeconds(),
                seen));
  }

  private Optional<String> missed(HttpCheck check, Optional<URI> where)
      throws InterruptedException {
    if (where.isEmpty()) {
      return Optional.of("no pod was ready to be asked");
    }
    try {
      return check.expect().missed(answers.to(where.get(), check.question()));
    } catch (IOException e) {
      return Optional.of("it did not answer (" + e.getClass().getSimpleName() + ")");
    }
  }
}
