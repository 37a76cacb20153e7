package dev.sluice.sample.orders;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says: which version this is, and how it is to misbehave. Shares are 0..1.
 *
 * @param errors share of orders that are answered 500
 * @param slow factor on the time that an order takes
 * @param crashAfter when the process ends by itself with exit code 1
 * @param neverReady readiness never says yes
 * @param startDelay how long it takes to get ready
 * @param leak bytes that each order leaves behind
 * @param burn processor time that each order takes for nothing
 * @param hang share of orders that are never answered
 * @param refuseAfter when it stops to accept connections
 * @param noMetrics share of scrapes that are answered 503
 * @param metrics how the page of metrics lies
 * @param countsAllAlike requests are counted without their path, health checks and scrapes too
 * @param faultFile properties that hit every version that names the file: {@code errors}, {@code
 *     slow}
 * @param endsWithParent see {@link dev.sluice.kit.Lifetime#endsWithParent}
 */
record Settings(
    String version,
    int port,
    double errors,
    double slow,
    Optional<Duration> crashAfter,
    boolean neverReady,
    Duration startDelay,
    int leak,
    Duration burn,
    double hang,
    Optional<Duration> refuseAfter,
    double noMetrics,
    Lie metrics,
    boolean countsAllAlike,
    Optional<Path> faultFile,
    Duration grace,
    boolean endsWithParent) {

  /** The environment is wrong; the message names the variable and says what to write instead. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String name, String value, String instead) {
      super("%s is \"%s\"; write %s.".formatted(name, value, instead));
    }
  }

  static Settings of(Map<String, String> env) throws Wrong {
    return new Settings(
        env.getOrDefault("VERSION", "v1"),
        (int) number(env, "PORT", 8080, 0, 65535, "a port, 0 to 65535"),
        share(env, "ERRORS"),
        number(env, "SLOW_FACTOR", 1, 0, 1000, "a factor, 0 to 1000"),
        seconds(env, "CRASH_AFTER"),
        flag(env, "NEVER_READY"),
        Duration.ofMillis(
            (long) number(env, "START_DELAY", 0, 0, 3_600_000, "milliseconds, 0 to 3600000")),
        (int) number(env, "LEAK", 0, 0, 1 << 24, "bytes for each order, 0 to 16777216"),
        Duration.ofMillis(
            (long) number(env, "BURN", 0, 0, 10_000, "milliseconds for each order, 0 to 10000")),
        share(env, "HANG"),
        seconds(env, "REFUSE_AFTER"),
        share(env, "NO_METRICS"),
        lie(env),
        flag(env, "COUNTS_ALL_ALIKE"),
        Optional.ofNullable(env.get("FAULT_FILE")).filter(f -> !f.isBlank()).map(Path::of),
        Duration.ofMillis(
            (long) number(env, "GRACE", 3000, 0, 600_000, "milliseconds, 0 to 600000")),
        flag(env, "SLUICE_DIE_WITH_PARENT"));
  }

  private static double share(Map<String, String> env, String name) throws Wrong {
    return number(env, name, 0, 0, 1, "a share from 0 to 1, for example 0.03");
  }

  private static Optional<Duration> seconds(Map<String, String> env, String name) throws Wrong {
    return env.containsKey(name)
        ? Optional.of(
            Duration.ofMillis(
                (long) (1000 * number(env, name, 0, 0, 86_400, "seconds, 0 to 86400"))))
        : Optional.empty();
  }

  private static Lie lie(Map<String, String> env) throws Wrong {
    String value = env.getOrDefault("METRICS", "honest");
    for (Lie lie : Lie.values()) {
      if (value.equals(lie.name().toLowerCase(Locale.ROOT))) {
        return lie;
      }
    }
    throw new Wrong("METRICS", value, "honest, stale, nan, negative, reset or flattering");
  }

  private static boolean flag(Map<String, String> env, String name) throws Wrong {
    String value = env.getOrDefault(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new Wrong(name, value, "true or false");
    }
    return value.equals("true");
  }

  private static double number(
      Map<String, String> env, String name, double otherwise, double min, double max, String what)
      throws Wrong {
    String value = env.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, with the range that is allowed
    }
    throw new Wrong(name, value, what);
  }
}
