package dev.sluice.operator.cluster;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.sequence.Write;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.admission.Guard;
import dev.sluice.operator.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What holds at this moment: the API server by Sluice's admission policies, or, while one of them
 * is away, changed, or not at work yet, a pause and whatever is undone written again.
 *
 * <pre>
 *   by admission ── one is missing or changed ──▶ by pause
 *        ▲                                            │
 *        └── all are there, were seen to act, and ────┘
 *            it has stayed so for a while
 * </pre>
 *
 * <p>To fall back waits for nothing. The way there waits until several API servers, of which one is
 * asked, have had time. Runs on its loop's thread.
 */
final class Holding implements Supplier<Marking> {
  /** An API server looks for changed policies each second. */
  static final Duration SETTLED = Duration.ofSeconds(3);

  /** How often it is tried whether they act. */
  static final Duration EACH = Duration.ofMillis(500);

  private static final String MEANWHILE =
      " Until then the Deployment is kept paused, and what others undo is written again, a moment"
          + " late.";

  private final Optional<Guard> guard;
  private final Supplier<Optional<String>> trials;
  private final Marking byAdmission;
  private final Marking byPause;
  private final PolicyLoop.Audience audience;
  private final InstantSource clock;
  private volatile boolean holds;
  private boolean fallen;
  private Optional<String> why = Optional.empty();
  private int changes = -1;
  private Instant since = Instant.MIN;
  private Instant tried = Instant.MIN;

  /** Whether the API server holds, for a policy's status. */
  record Told(boolean holds, Reason reason) {}

  /**
   * @param guard empty: it is held by pause, and that is as it should be
   * @param trials what does not act, a clause; empty: everything does
   */
  Holding(
      Optional<Guard> guard,
      Supplier<Optional<String>> trials,
      Marking byAdmission,
      Marking byPause,
      PolicyLoop.Audience audience,
      InstantSource clock) {
    this.guard = guard;
    this.trials = trials;
    this.byAdmission = byAdmission;
    this.byPause = byPause;
    this.audience = audience;
    this.clock = clock;
  }

  @Override
  public Marking get() {
    return holds ? byAdmission : byPause;
  }

  /** Empty where a pause is what was asked for. */
  Optional<Told> told() {
    return guard.isEmpty()
        ? Optional.empty()
        : Optional.of(
            holds
                ? new Told(
                    true,
                    new Reason(
                        "policies-act", "The API server holds by Sluice's admission policies."))
                : new Told(false, new Reason("policies-missing", why.orElse("Not looked yet."))));
  }

  /** Looks how it is; what changes is said. Only when it begins it asks the API server. */
  void look() {
    if (guard.isEmpty()) {
      return;
    }
    Optional<String> wrong = guard.get().wrong();
    boolean first = changes < 0;
    boolean changed = changes != guard.get().changes();
    if (changed) {
      changes = guard.get().changes();
      since = clock.instant();
      tried = Instant.MIN;
    }
    if (wrong.isPresent()) {
      fall(
          "Sluice's admission policies are not as they were installed: %s. Run sluice install, which puts them right.%s"
              .formatted(wrong.get(), MEANWHILE));
    } else if (first) {
      tries();
    } else if (changed && holds) {
      fall("Sluice's admission policies have been put there anew." + MEANWHILE);
    }
  }

  private void tries() {
    Instant now = clock.instant();
    if (!now.isBefore(tried.plus(EACH))) {
      tried = now;
      rise(trials.get(), now);
    }
  }

  private void rise(Optional<String> idle, Instant now) {
    if (idle.isPresent()) {
      String sentence =
          "Sluice's admission policies are there, but %s.%s".formatted(idle.get(), MEANWHILE);
      if (fallen) {
        why = Optional.of(sentence);
      } else {
        fall(sentence);
      }
    } else if (!fallen || !now.isBefore(since.plus(SETTLED))) {
      holds = true;
      why = Optional.empty();
      if (fallen) {
        fallen = false;
        audience.says(
            "policies-act",
            "Sluice's admission policies are as they were installed, and act: the API server holds again.");
      }
    }
  }

  private void fall(String sentence) {
    holds = false;
    fallen = true;
    if (!why.equals(Optional.of(sentence))) {
      why = Optional.of(sentence);
      audience.warns("policies-missing", sentence);
    }
  }

  /** The same, and before each pass it is looked how it is. */
  Actuator lookingBefore(Actuator actuator) {
    return new Actuator() {
      @Override
      public Optional<String> advance(Memory memory) throws IOException {
        look();
        return actuator.advance(memory);
      }

      @Override
      public Outcome apply(Write write) {
        return actuator.apply(write);
      }
    };
  }

  /**
   * The same, and before it sleeps it is tried whether policies that are back act, every now and
   * then: nothing that is to be done waits for that.
   */
  Sleeper trying(Sleeper sleeper) {
    return new Sleeper() {
      @Override
      public void sleep(Duration atMost) throws InterruptedException {
        boolean back = guard.isPresent() && !holds && guard.get().wrong().isEmpty();
        if (back) {
          tries();
        }
        if (!holds || !back) {
          sleeper.sleep(back && atMost.compareTo(EACH) > 0 ? EACH : atMost);
        }
      }

      @Override
      public void wake() {
        sleeper.wake();
      }
    };
  }
}
