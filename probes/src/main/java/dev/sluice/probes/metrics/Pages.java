package dev.sluice.probes.metrics;

import java.net.URI;
import java.nio.ByteBuffer;

/** Gets a page of metrics. */
@FunctionalInterface
public interface Pages {
  /** Takes no longer than a second or so, whatever the other side does. */
  Fetched get(URI page) throws InterruptedException;

  /** The same in Prometheus' protobuf format, where the other side has it; else its text. */
  default Fetched families(URI page) throws InterruptedException {
    return get(page);
  }

  /** How it ended. */
  sealed interface Fetched {
    record Text(String text) implements Fetched {}

    /**
     * @param delimited as {@link Families} reads it
     */
    record Protobuf(ByteBuffer delimited) implements Fetched {}

    /**
     * @param why what became of it, to be said after the page's name: "did not answer"
     */
    record Missing(String why) implements Fetched {}
  }
}
