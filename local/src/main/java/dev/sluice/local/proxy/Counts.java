package dev.sluice.local.proxy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the proxy has sent to each set, since it started. */
final class Counts {
  private final Map<String, Of> sets = new ConcurrentHashMap<>();

  private static final class Of {
    private final LongAdder ordinary = new LongAdder();
    private final LongAdder all = new LongAdder();
    private final LongAdder bad = new LongAdder();
  }

  private Of of(String set) {
    return sets.computeIfAbsent(set, s -> new Of());
  }

  void dispatched(String set) {
    of(set).ordinary.increment();
  }

  /**
   * Once for each request: when it is answered, lost, or has been without an answer for too long.
   */
  void ended(String set, boolean bad) {
    Of of = of(set);
    if (bad) {
      of.bad.increment();
    }
    of.all.increment();
  }

  Map<String, LabProxy.Sent> snapshot() {
    Map<String, LabProxy.Sent> now = new TreeMap<>();
    sets.forEach(
        (set, of) -> {
          long bad = of.bad.sum();
          now.put(set, new LabProxy.Sent(of.ordinary.sum(), Math.max(bad, of.all.sum()), bad));
        });
    return now;
  }
}
