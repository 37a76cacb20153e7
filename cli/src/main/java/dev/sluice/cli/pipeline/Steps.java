package dev.sluice.cli.pipeline;

import dev.sluice.api.Release;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a release came as far as it did: its stages by their names, and the phases around them.
 *
 * @param took how long it was in each, in the order in which it came there first
 */
record Steps(Map<String, Duration> took) {
  Steps {
    took = new LinkedHashMap<>(took);
  }

  static Steps of(List<Release.Decision> decisions) {
    Map<String, Duration> took = new LinkedHashMap<>();
    Optional<String> step = Optional.empty();
    Instant since = Instant.EPOCH;
    for (Release.Decision decision : decisions) {
      if (step.isPresent()) {
        took.merge(step.get(), Duration.between(since, decision.at()), Duration::plus);
      }
      step = name(decision.phase(), decision.stage());
      step.ifPresent(name -> took.putIfAbsent(name, Duration.ZERO));
      since = decision.at();
    }
    return new Steps(took);
  }

  /** Empty on the way back and after the end. */
  static Optional<String> name(Optional<Phase> phase, Optional<String> stage) {
    return phase
        .filter(p -> !p.ended() && p != Phase.ABORTING)
        .map(p -> p == Phase.SHIFTING && stage.isPresent() ? stage.get() : Words.of(p));
  }
}
