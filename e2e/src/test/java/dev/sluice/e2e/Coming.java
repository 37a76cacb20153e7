package dev.sluice.e2e;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** Visitors of the gateway who come until it closes, fifty each second. */
final class Coming implements AutoCloseable {
  private static final int PER_SECOND = 50;

  final Visitors visitors;

  private final Thread door;
  private volatile boolean over;

  Coming(URI gateway, ExecutorService crowd, String path) {
    visitors = new Visitors(gateway);
    door =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over) {
                    visitors.load(crowd, path, PER_SECOND, PER_SECOND);
                  }
                });
  }

  @Override
  public void close() {
    over = true;
    try {
      door.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
