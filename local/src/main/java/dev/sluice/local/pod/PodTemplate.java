package dev.sluice.local.pod;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a pod is made.
 *
 * @param command the program and its arguments; it finds its port in the variable PORT
 * @param env added to this process's environment
 * @param readiness path that answers 200 when requests may come
 * @param grace how long it may take to end before it is killed
 */
public record PodTemplate(
    List<String> command, Map<String, String> env, String readiness, Duration grace) {
  public PodTemplate {
    command = List.copyOf(command);
    env = Map.copyOf(env);
  }
}
