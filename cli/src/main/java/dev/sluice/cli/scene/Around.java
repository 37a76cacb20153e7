package dev.sluice.cli.scene;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is seen beside what is remembered. Whatever cannot be asked for is absent.
 *
 * @param versions what people call a set, by its hash
 * @param ready pods that are ready, by the hash of their set
 * @param rate requests/s of all users
 * @param users what they say happened to them
 */
public record Around(
    Map<String, String> versions,
    Map<String, Integer> ready,
    OptionalDouble rate,
    Optional<Users> users) {
  public Around {
    versions = Map.copyOf(versions);
    ready = Map.copyOf(ready);
  }

  /**
   * @param requests that were sent
   * @param failedBySystem lost by routing, scaling, switching or ending pods
   */
  public record Users(long requests, long failedBySystem) {}

  public static Around unknown() {
    return new Around(Map.of(), Map.of(), OptionalDouble.empty(), Optional.empty());
  }
}
