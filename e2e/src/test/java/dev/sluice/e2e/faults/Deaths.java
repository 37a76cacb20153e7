package dev.sluice.e2e.faults;

import dev.sluice.e2e.OperatorProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Kills an operator after each write to one shop, the moment the API server has done it, and starts
 * it again. Before the answer has passed and after it, in turn. A write that is done again because
 * its writer died, the same to the same object at the same place of the release, kills nobody a
 * second time: else nobody would come further.
 */
final class Deaths implements Ear, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ApiServerProxy proxy;
  private final OperatorProcess operator;
  private final String namespace;
  private final Set<Death> known = new HashSet<>();
  private final List<Death> deaths = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Death> due = new LinkedBlockingQueue<>();
  private final Thread killer = Thread.ofVirtual().name("killer").unstarted(this::kill);
  private String where = "";
  private boolean answered;
  private volatile boolean closed;

  /**
   * @param write after which it was killed
   * @param where in the release, as the policy's status had said last
   */
  record Death(Done write, String where) {
    @Override
    public String toString() {
      String says = write.says();
      return "%-20s %s at %s: %s"
          .formatted(
              write.kind(),
              write.object(),
              where.isEmpty() ? "rest" : where,
              says.length() > 100 ? says.substring(0, 100) + "…" : says);
    }
  }

  /**
   * It begins at once.
   *
   * @param operator that finds its API server at the proxy
   * @param namespace of the shop
   */
  Deaths(ApiServerProxy proxy, OperatorProcess operator, String namespace) {
    this.proxy = proxy;
    this.operator = operator;
    this.namespace = namespace;
    killer.start();
    proxy.tell(this);
  }

  @Override
  public Then heard(Written write) {
    Optional<Done> done = Done.of(write, namespace);
    if (done.isEmpty()) {
      return Then.GOES_ON;
    }
    Death death = new Death(done.get(), where);
    if (done.get().kind().equals(Done.STATUS)) {
      where = Done.where(write);
    }
    if (!known.add(death)) {
      return Then.GOES_ON;
    }
    answered = !answered;
    due.add(death);
    return answered ? Then.LAST_ANSWER : Then.NO_ANSWER;
  }

  private void kill() {
    try {
      while (!closed || !due.isEmpty()) {
        Death death = due.poll(100, TimeUnit.MILLISECONDS);
        if (death != null) {
          operator.kill();
          deaths.add(death);
          proxy.goOn();
          operator.start();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  /** In the order in which they were. */
  List<Death> all() {
    return List.copyOf(deaths);
  }

  /** Kinds of writes, and after how many of each it was killed. */
  Map<String, Long> kinds() {
    return deaths.stream()
        .collect(Collectors.groupingBy(d -> d.write().kind(), TreeMap::new, Collectors.counting()));
  }

  /** For people. */
  String told() {
    List<String> lines = new ArrayList<>();
    for (Death death : deaths) {
      lines.add("  %2d %s".formatted(lines.size() + 1, death));
    }
    return "%s: killed after %d writes, %s%n%s"
        .formatted(namespace, deaths.size(), kinds(), String.join("\n", lines));
  }

  /** Nobody is killed any more, and the operator runs, when this returns. */
  @Override
  public void close() {
    proxy.tell(Ear.NONE);
    closed = true;
    try {
      if (!killer.join(PATIENCE)) {
        throw new IllegalStateException("The operator is still being killed.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
