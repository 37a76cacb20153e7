package dev.sluice.local.scenario;

import dev.sluice.api.Fields;
import dev.sluice.api.ShortDuration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads injected faults into the environment that the sample order service knows. */
final class Fault {
  private Fault() {}

  static Map<String, String> env(Fields faults) {
    Map<String, String> env = new LinkedHashMap<>();
    share(faults, "errors", "ERRORS", env);
    share(faults, "hangs", "HANG", env);
    share(faults, "noMetrics", "NO_METRICS", env);
    OptionalDouble slow = faults.number("slow", 0, 1000);
    if (slow.isPresent()) {
      env.put("SLOW_FACTOR", String.valueOf(slow.getAsDouble()));
    }
    OptionalInt leak = faults.integer("leak", 0, 1 << 24);
    if (leak.isPresent()) {
      env.put("LEAK", String.valueOf(leak.getAsInt()));
    }
    OptionalInt burn = faults.integer("burn", 0, 10_000);
    if (burn.isPresent()) {
      env.put("BURN", String.valueOf(burn.getAsInt()));
    }
    if (faults.flag("neverReady").orElse(false)) {
      env.put("NEVER_READY", "true");
    }
    seconds(faults, "crashAfter", "CRASH_AFTER", env);
    seconds(faults, "refuseAfter", "REFUSE_AFTER", env);
    Optional<Duration> delay = faults.duration("startDelay");
    delay.ifPresent(d -> env.put("START_DELAY", String.valueOf(d.toMillis())));
    if (delay.filter(d -> d.compareTo(Duration.ofHours(1)) > 0).isPresent()) {
      faults.wrong("startDelay", "is " + ShortDuration.format(delay.get()), "write at most 1h");
    }
    faults.end();
    return env;
  }

  private static void share(Fields faults, String field, String variable, Map<String, String> env) {
    faults.percent(field).ifPresent(p -> env.put(variable, String.valueOf(p.fraction())));
  }

  private static void seconds(
      Fields faults, String field, String variable, Map<String, String> env) {
    faults.duration(field).ifPresent(d -> env.put(variable, String.valueOf(d.toMillis() / 1000.0)));
  }
}
