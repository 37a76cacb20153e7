package dev.sluice.probes.checks;

import dev.sluice.engine.world.CheckResult;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks under way and their results, by release and name, in memory: after a restart they are
 * asked again. Those of one release are kept; another's are forgotten with its first check.
 */
public final class CheckRuns implements AutoCloseable {
  private final Map<String, CheckResult> results = new HashMap<>();
  private final Map<String, Thread> asking = new HashMap<>();
  private String release = "";

  /** Finds out; it has a deadline of its own. */
  @FunctionalInterface
  public interface Ask {
    CheckResult result() throws InterruptedException;
  }

  /** Asks, on a thread of its own. A check that runs or has ended is not started again. */
  public synchronized void start(String ofRelease, String name, Ask ask) {
    only(ofRelease);
    if (results.putIfAbsent(name, new CheckResult.Running()) != null) {
      return;
    }
    asking.put(
        name,
        Thread.ofVirtual()
            .name("check " + name)
            .start(
                () -> {
                  try {
                    ended(ofRelease, name, ask.result());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } catch (RuntimeException e) {
                    // Its message may hold what was sent.
                    ended(
                        ofRelease,
                        name,
                        new CheckResult.Failed(
                            "The check ended with " + e.getClass().getSimpleName() + "."));
                  }
                }));
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
      close();
      release = ofRelease;
    }
  }

  /** Nobody waits for an answer any more. */
  @Override
  public synchronized void close() {
    asking.values().forEach(Thread::interrupt);
    asking.clear();
    results.clear();
    release = "";
  }
}
