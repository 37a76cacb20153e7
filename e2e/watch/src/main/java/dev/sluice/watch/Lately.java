package dev.sluice.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** A number, and what it was a moment ago: whoever decided may have seen that one. */
final class Lately {
  private record Value(Instant from, int number) {}

  private final Duration moment;
  private final Deque<Value> values = new ArrayDeque<>();

  Lately(Duration moment) {
    this.moment = moment;
  }

  void is(int number, Instant now) {
    if (values.isEmpty() || values.getLast().number() != number) {
      values.addLast(new Value(now, number));
    }
    forget(now);
  }

  int most(Instant now) {
    forget(now);
    return values.stream().mapToInt(Value::number).max().orElse(0);
  }

  int least(Instant now) {
    forget(now);
    return values.stream().mapToInt(Value::number).min().orElse(0);
  }

  private void forget(Instant now) {
    Instant old = now.minus(moment);
    while (values.size() > 1 && secondIsFrom(old)) {
      values.removeFirst();
    }
  }

  private boolean secondIsFrom(Instant old) {
    Iterator<Value> all = values.iterator();
    all.next();
    return !all.next().from().isAfter(old);
  }
}
