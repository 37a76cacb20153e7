package dev.sluice.kit;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** How a service process ends. */
public final class Lifetime {
  private Lifetime() {}

  /**
   * On SIGTERM the server ends in its two stages before the process does.
   *
   * @param grace see {@link KitServer#stop}
   */
  public static void endsGracefully(KitServer server, Duration grace, Duration deadline) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    Log.info("stopping", Map.of("graceMillis", grace.toMillis()));
                    server.stop(grace, deadline);
                    Log.info("stopped", Map.of());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "graceful-end"));
  }

  /**
   * Ends the process when its standard input closes: so it never outlives the process that started
   * it, however that one died. For pods that are plain processes.
   */
  public static void endsWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // what is written there means nothing; only its end does
                }
              } catch (IOException e) {
                Log.error("standard input broke", Map.of("error", e.toString()));
              }
              Runtime.getRuntime().halt(0);
            },
            "ends-with-parent");
    watch.setDaemon(true);
    watch.start();
  }
}
