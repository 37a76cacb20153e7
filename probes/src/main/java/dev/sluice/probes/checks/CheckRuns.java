package dev.sluice.probes.checks;

import dev.sluice.engine.world.CheckResult;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks under way and their results, by release and name, in memory: after a restart they are
 * asked again. Those of one release are kept; another's are forgotten with its first check.
 */
public final class CheckRuns {
  private final Checks checks;
  private final Map<String, CheckResult> results = new HashMap<>();
  private String release = "";

  public CheckRuns(Checks checks) {
    this.checks = checks;
  }

  /**
   * Asks, on a thread of its own. A check that runs or has ended is not started again.
   *
   * @param page as {@link Checks#run} takes it
   */
  public synchronized void start(
      String ofRelease, String name, HttpCheck check, Supplier<Optional<URI>> page) {
    only(ofRelease);
    if (results.putIfAbsent(name, new CheckResult.Running()) != null) {
      return;
    }
    Thread.ofVirtual()
        .name("check " + name)
        .start(
            () -> {
              try {
                ended(ofRelease, name, checks.run(check, page));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                ended(ofRelease, name, new CheckResult.Failed("The check ended with " + e + "."));
              }
            });
  }

  /** What is known by now; empty where no check of that release was started. */
  public synchronized Map<String, CheckResult> of(String ofRelease) {
    return ofRelease.equals(release) ? Map.copyOf(results) : Map.of();
  }

  /** Forgets one, so that it can be asked again. */
  public synchronized void forget(String ofRelease, String name) {
    if (ofRelease.equals(release)) {
      results.remove(name);
    }
  }

  private synchronized void ended(String ofRelease, String name, CheckResult result) {
    if (ofRelease.equals(release)) {
      results.replace(name, result);
    }
  }

  private void only(String ofRelease) {
    if (!ofRelease.equals(release)) {
      results.clear();
      release = ofRelease;
    }
  }
}
