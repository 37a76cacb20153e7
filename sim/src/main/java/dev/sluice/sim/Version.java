package dev.sluice.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a version of the shop behaves, told by its image: {@code orders:good-2}.
 *
 * @param errors share of its answers, 0..1
 * @param start until it is ready; empty: it never is
 */
record Version(double errors, Optional<Duration> start) {
  static final List<String> KINDS = List.of("good", "good", "bad", "worse", "slow", "never");

  static Version of(String image) {
    String kind = image.substring(image.indexOf(':') + 1, image.indexOf('-'));
    return switch (kind) {
      case "good" -> new Version(0.001, Optional.of(Duration.ofSeconds(2)));
      case "bad" -> new Version(0.2, Optional.of(Duration.ofSeconds(2)));
      case "worse" -> new Version(0.8, Optional.of(Duration.ofSeconds(1)));
      case "slow" -> new Version(0.001, Optional.of(Duration.ofSeconds(9)));
      case "never" -> new Version(0.001, Optional.empty());
      default -> throw new IllegalArgumentException(image);
    };
  }
}
