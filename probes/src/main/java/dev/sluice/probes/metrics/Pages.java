package dev.sluice.probes.metrics;

import java.net.URI;

/** Gets the text of a page of metrics. */
@FunctionalInterface
public interface Pages {
  /** Takes no longer than a second or so, whatever the other side does. */
  Fetched get(URI page) throws InterruptedException;

  /** How it ended. */
  sealed interface Fetched {
    record Text(String text) implements Fetched {}

    /**
     * @param why what became of it, to be said after the page's name: "did not answer"
     */
    record Missing(String why) implements Fetched {}
  }
}
