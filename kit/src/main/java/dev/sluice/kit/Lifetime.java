package dev.sluice.kit;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a service process ends. */
public final class Lifetime {
  private Lifetime() {}

  /**
   * On SIGTERM or SIGINT the server ends in its two stages, then the process exits with 0. The
   * service's own shutdown hooks run after that, so nothing that a request needs is closed before
   * it is answered.
   *
   * <p>Where the runtime keeps signals to itself (started with {@code -Xrs}, or built without the
   * module {@code jdk.unsupported}) this is a shutdown hook, and the exit code is the runtime's.
   *
   * @param grace see {@link KitServer#stop}
   * @param deadline see {@link KitServer#stop}
   */
  public static void endsGracefully(KitServer server, Duration grace, Duration deadline) {
    AtomicBoolean begun = new AtomicBoolean();
    Runnable end =
        () -> {
          if (begun.compareAndSet(false, true)) {
            end(server, grace, deadline);
            System.exit(0);
          }
        };
    try {
      onSignal("TERM", end);
      onSignal("INT", end);
    } catch (ReflectiveOperationException e) {
      Log.info("signals are the runtime's; a shutdown hook instead", Map.of("why", e.toString()));
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> end(server, grace, deadline), "graceful-end"));
    }
  }

  private static void end(KitServer server, Duration grace, Duration deadline) {
    try {
      Log.info("stopping", Map.of("graceMillis", grace.toMillis()));
      server.stop(grace, deadline);
      Log.info("stopped", Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By reflection: the class is supported for this use but not part of Java's documented API. */
  private static void onSignal(String name, Runnable what) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object handles =
        Proxy.newProxyInstance(
            Lifetime.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, args) -> {
              // Not on the runtime's own thread: that one must stay free for the next signal.
              new Thread(what, "graceful-end").start();
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handles);
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
