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
  private final Statuses statuses;

  public Checks(Statuses statuses) {
    this.statuses = statuses;
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
    String seen;
    do {
      Optional<URI> where = page.get();
      if (where.isEmpty()) {
        seen = "no pod was ready to be asked";
      } else {
        try {
          int status = statuses.of(where.get());
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
}
