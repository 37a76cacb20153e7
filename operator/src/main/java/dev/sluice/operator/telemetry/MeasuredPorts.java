package dev.sluice.operator.telemetry;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.World;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Saved;
import dev.sluice.operator.StateRefused;
import dev.sluice.operator.Store;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A loop's ports, counted. */
final class MeasuredPorts {
  private static final String DONE = "done";
  private static final String FAILED = "failed";
  private static final List<String> OUTCOMES = List.of("applied", "conflict", "refused", "unknown");

  private MeasuredPorts() {}

  /** What is counted, each by its outcome; writes by their kind first. */
  record Counters(Counter observations, Counter saves, Counter evidence, Counter writes) {
    /** Everything at zero: what has not happened yet is there too. */
    void begin() {
      for (Counter counter : List.of(observations, saves, evidence)) {
        counter.initLabelValues(DONE);
        counter.initLabelValues(FAILED);
      }
      for (Class<?> kind : Write.class.getPermittedSubclasses()) {
        OUTCOMES.forEach(outcome -> writes.initLabelValues(kind.getSimpleName(), outcome));
      }
    }
  }

  static ControlLoop.Ports of(ControlLoop.Ports ports, Counters counters) {
    return new ControlLoop.Ports(
        observer(ports.observer(), counters.observations()),
        actuator(ports.actuator(), counters.writes()),
        evidence(ports.evidence(), counters.evidence()),
        store(ports.store(), counters.saves()));
  }

  private interface Io<T> {
    T call() throws IOException;
  }

  private static <T> T counted(Counter counter, Io<T> io) throws IOException {
    try {
      T result = io.call();
      counter.labelValues(DONE).inc();
      return result;
    } catch (IOException e) {
      counter.labelValues(FAILED).inc();
      throw e;
    }
  }

  private static Observer observer(Observer observer, Counter counter) {
    return new Observer() {
      @Override
      public World observe(Memory memory) throws IOException {
        return counted(counter, () -> observer.observe(memory));
      }

      @Override
      public Optional<Instant> changesAt() {
        return observer.changesAt();
      }
    };
  }

  private static Actuator actuator(Actuator actuator, Counter counter) {
    return new Actuator() {
      @Override
      public Optional<String> advance(Memory memory) throws IOException {
        return actuator.advance(memory);
      }

      @Override
      public Outcome apply(Write write) {
        Outcome outcome = actuator.apply(write);
        String how =
            switch (outcome) {
              case Outcome.Applied _ -> "applied";
              case Outcome.Conflict _ -> "conflict";
              case Outcome.Refused _ -> "refused";
              case Outcome.Unknown _ -> "unknown";
            };
        counter.labelValues(write.getClass().getSimpleName(), how).inc();
        return outcome;
      }
    };
  }

  private static EvidenceSource evidence(EvidenceSource source, Counter counter) {
    return new EvidenceSource() {
      @Override
      public Reading read(World world) throws IOException {
        return counted(counter, () -> source.read(world));
      }

      @Override
      public OptionalDouble weightAccuracy() {
        return source.weightAccuracy();
      }
    };
  }

  private static Store store(Store store, Counter counter) {
    return new Store() {
      @Override
      public Optional<Saved> load() throws IOException {
        return store.load();
      }

      @Override
      public void save(Saved saved) throws IOException {
        counted(
            counter,
            () -> {
              store.save(saved);
              return true;
            });
      }

      @Override
      public void guard() throws StateRefused {
        store.guard();
      }

      @Override
      public void publish() throws IOException {
        store.publish();
      }

      @Override
      public void cannotBegin(String why) throws IOException {
        store.cannotBegin(why);
      }
    };
  }
}
