package dev.sluice.sample.orders;

import dev.sluice.kit.Log;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How the service misbehaves now: what the environment says, and what the shared fault file adds.
 */
final class Faults {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final int LEAKS = 1 << 20;

  private final Settings settings;
  private final List<byte[]> leaked = new ArrayList<>();
  private volatile Shared shared = Shared.NONE;
  private volatile long lookedAt;

  private record Shared(double errors, double slow) {
    static final Shared NONE = new Shared(0, 1);
  }

  Faults(Settings settings) {
    this.settings = settings;
    this.lookedAt = System.nanoTime() - LOOK_AGAIN.toNanos();
  }

  boolean fails() {
    return happens(Math.max(settings.errors(), shared().errors()));
  }

  boolean hangs() {
    return happens(settings.hang());
  }

  boolean refusesScrape() {
    return happens(settings.noMetrics());
  }

  double slow() {
    return settings.slow() * shared().slow();
  }

  /** Leaves memory behind, as a cache without bounds does. */
  void leak() {
    if (settings.leak() > 0) {
      synchronized (leaked) {
        if (leaked.size() < LEAKS) {
          leaked.add(new byte[settings.leak()]);
        }
      }
    }
  }

  /** Computes for nothing, as a careless loop does. */
  void burn() {
    long end = System.nanoTime() + settings.burn().toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static boolean happens(double share) {
    return share > 0 && ThreadLocalRandom.current().nextDouble() < share;
  }

  private Shared shared() {
    if (settings.faultFile().isPresent() && System.nanoTime() - lookedAt > LOOK_AGAIN.toNanos()) {
      lookedAt = System.nanoTime();
      shared = read();
    }
    return shared;
  }

  private Shared read() {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(settings.faultFile().orElseThrow())) {
      properties.load(in);
      return new Shared(
          Double.parseDouble(properties.getProperty("errors", "0")),
          Double.parseDouble(properties.getProperty("slow", "1")));
    } catch (NoSuchFileException e) {
      return Shared.NONE;
    } catch (IOException | NumberFormatException e) {
      Log.error("the fault file cannot be read, so it does nothing", Map.of("error", e.toString()));
      return Shared.NONE;
    }
  }
}
