package dev.sluice.cli.console;

import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Looks at a place again and again, for all who have the page open: one thread asks, and what it
 * has seen is shared. How many look at the page makes no difference to who is asked.
 */
final class Lookout {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** Somebody has chosen another policy: soon, and yet never faster than that. */
  private static final Duration SOON = Duration.ofMillis(200);

  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** At most a fifth of the time is spent asking, however many policies there are. */
  private static final int REST = 4;

  private final Scene scene;
  private final InstantSource clock;
  private final Consumer<String> troubled;
  private final Map<String, Integer> followed = new HashMap<>();
  private Optional<Seen> seen = Optional.empty();
  private boolean hurried;

  /**
   * @param troubled hears why a place cannot be looked at, once as long as it is the same
   */
  Lookout(Scene scene, InstantSource clock, Consumer<String> troubled) {
    this.scene = scene;
    this.clock = clock;
    this.troubled = troubled;
  }

  /**
   * What was there at one moment.
   *
   * @param number of the look; it grows
   * @param at when that was
   * @param curves by the policies' ids
   * @param trouble why it could not be looked at since; empty: it could
   */
  record Seen(
      long number,
      Instant at,
      List<Glance> glances,
      Map<String, Curve> curves,
      Optional<String> trouble) {
    Seen {
      glances = List.copyOf(glances);
      curves = Map.copyOf(curves);
    }

    Optional<Glance> glance(String id) {
      return glances.stream().filter(g -> Board.id(g.view()).equals(id)).findFirst();
    }
  }

  /** As long as it is open, that policy is looked at more closely. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }

  String place() {
    return scene.name();
  }

  /** What a person adds to a command so that it means that policy's place. */
  String flags(PolicyView policy) {
    return scene.within(policy.namespace()).flags();
  }

  synchronized Following follow(String id) {
    followed.merge(id, 1, Integer::sum);
    hurried = true;
    notifyAll();
    return () -> leave(id);
  }

  private synchronized void leave(String id) {
    followed.computeIfPresent(id, (_, count) -> count > 1 ? count - 1 : null);
  }

  /**
   * What was seen last, as soon as that is after the given look.
   *
   * @return the same, or nothing, where there was none in time
   */
  synchronized Optional<Seen> after(long number, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (seen.filter(s -> s.number() > number).isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return seen;
  }

  /** Looks until the thread is interrupted. */
  void run() throws InterruptedException {
    Duration failing = BETWEEN;
    while (true) {
      long began = System.nanoTime();
      boolean answered = look();
      Duration took = Duration.ofNanos(System.nanoTime() - began).multipliedBy(REST);
      if (answered) {
        failing = BETWEEN;
        rest(longer(SOON, took), longer(BETWEEN, took));
      } else {
        Duration pause = failing.multipliedBy(ThreadLocalRandom.current().nextLong(50, 101));
        rest(pause.dividedBy(100), pause.dividedBy(100));
        failing =
            failing.multipliedBy(2).compareTo(LONGEST) < 0 ? failing.multipliedBy(2) : LONGEST;
      }
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private synchronized void rest(Duration least, Duration most) throws InterruptedException {
    long now = System.nanoTime();
    long soonest = now + least.toNanos();
    long latest = now + most.toNanos();
    while (now < soonest || (now < latest && !hurried)) {
      wait(Math.max(1, ((hurried ? soonest : latest) - now) / 1_000_000));
      now = System.nanoTime();
    }
    hurried = false;
  }

  /** Whether the place has answered. */
  boolean look() {
    try {
      List<Glance> glances = scene.glances();
      List<Glance> closer = new ArrayList<>();
      for (Glance glance : glances) {
        closer.add(isFollowed(Board.id(glance.view())) ? closer(glance) : glance);
      }
      tell(closer);
      return true;
    } catch (Failed | IOException e) {
      tell(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private synchronized boolean isFollowed(String id) {
    return followed.containsKey(id);
  }

  private Glance closer(Glance glance) throws IOException {
    PolicyView view = glance.view();
    if (glance.standing().isEmpty()) {
      return glance;
    }
    try {
      Standing standing = scene.within(view.namespace()).standing(view.name());
      return new Glance(PolicyView.of(standing, view.object()), Optional.of(standing));
    } catch (Failed e) {
      // It has gone between two questions, or its pods may not be seen: the look at all tells it.
      return glance;
    }
  }

  private synchronized void tell(List<Glance> glances) {
    Map<String, Curve> curves = new HashMap<>();
    for (Glance glance : glances.subList(0, Math.min(Board.MOST, glances.size()))) {
      String id = Board.id(glance.view());
      Optional<Curve> before = seen.flatMap(s -> Optional.ofNullable(s.curves().get(id)));
      glance
          .standing()
          .flatMap(standing -> Curve.after(before, standing))
          .or(() -> before)
          .ifPresent(curve -> curves.put(id, curve));
    }
    next(clock.instant(), glances, curves, Optional.empty());
  }

  /** What was seen before stays, with the time when that was. */
  private synchronized void tell(String trouble) {
    if (!seen.flatMap(Seen::trouble).equals(Optional.of(trouble))) {
      troubled.accept(trouble);
    }
    next(
        seen.map(Seen::at).orElseGet(clock::instant),
        seen.map(Seen::glances).orElse(List.of()),
        seen.map(Seen::curves).orElse(Map.of()),
        Optional.of(trouble));
  }

  private void next(
      Instant at, List<Glance> glances, Map<String, Curve> curves, Optional<String> trouble) {
    seen =
        Optional.of(new Seen(seen.map(Seen::number).orElse(0L) + 1, at, glances, curves, trouble));
    notifyAll();
  }
}
