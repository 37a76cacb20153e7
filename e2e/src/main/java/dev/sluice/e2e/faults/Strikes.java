package dev.sluice.e2e.faults;

import dev.sluice.e2e.faults.Fault.Which;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Which faults are set, whom they hit, and how often they did. Lots are drawn on one thread. */
final class Strikes {
  private final SplittableRandom random;
  private final Map<String, Integer> counted = new ConcurrentHashMap<>();
  private final AtomicLong passed = new AtomicLong();
  private volatile List<Fault> faults = List.of();

  Strikes(long seed) {
    this.random = new SplittableRandom(seed);
  }

  void set(List<Fault> next) {
    faults = List.copyOf(next);
  }

  /** What hits this request, if anything does. */
  Optional<Fault> at(boolean write) {
    return faults.stream().filter(f -> hits(f, write)).findFirst();
  }

  private boolean hits(Fault fault, boolean write) {
    return switch (fault) {
      case Fault.Answered f -> (f.which() == Which.ALL || write) && drawn(f.share());
      case Fault.Unanswered f -> drawn(f.share());
      case Fault.AnswerLost f -> write && drawn(f.share());
      case Fault.Slow _,
          Fault.WatchesCut _,
          Fault.WatchesShort _,
          Fault.WatchesSilent _,
          Fault.WatchesExpired _,
          Fault.EventsLate _,
          Fault.Gone _ ->
          false;
    };
  }

  private boolean drawn(double share) {
    return random.nextDouble() < share;
  }

  /** By how much answers are late. */
  Duration slow() {
    return sum(Fault.Slow.class, Fault.Slow::by);
  }

  /** By how much events are late. */
  Duration late() {
    return sum(Fault.EventsLate.class, Fault.EventsLate::by);
  }

  private <F extends Fault> Duration sum(Class<F> kind, Function<F, Duration> by) {
    return faults.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .map(by)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** The fault of that kind, if it is set. */
  <F extends Fault> Optional<F> of(Class<F> kind) {
    return faults.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  void count(Fault fault) {
    counted.merge(fault.kind(), 1, Integer::sum);
  }

  Map<String, Integer> counted() {
    return new TreeMap<>(counted);
  }

  void pass() {
    passed.incrementAndGet();
  }

  long passed() {
    return passed.get();
  }
}
