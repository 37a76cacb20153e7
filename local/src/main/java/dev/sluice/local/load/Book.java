package dev.sluice.local.load;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The lab's accounts, kept while the users come: its proxy says of each answer whose it is. */
public final class Book implements Outcomes {
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final Map<String, Page> pages = new TreeMap<>();
  private final Map<String, Long> failures = new TreeMap<>();
  private long sent;
  private long failed;
  private long dropped;

  private static final class Page {
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 3);
    private long bad;
    private long lost;
    private long declined;
    private @Nullable Instant firstBad;
    private @Nullable Instant lastBad;
    private Instant last = Instant.EPOCH;
  }

  @Override
  public synchronized void sent(Visit visit) {
    sent++;
  }

  @Override
  public synchronized void dropped() {
    dropped++;
  }

  @Override
  public synchronized void unanswered(Visit visit, String how) {
    failedBySystem("no answer: " + how);
  }

  @Override
  public synchronized void answered(Visit visit, Answer answer) {
    Optional<String> set = answer.header().apply("X-Sluice-Set");
    Optional<String> error = answer.header().apply("X-Sluice-Error");
    if (set.isEmpty()) {
      failedBySystem(error.orElse("answered by nobody"));
      return;
    }
    Page page = pages.computeIfAbsent(set.get(), s -> new Page());
    Instant now = Instant.now();
    if (error.isPresent()) {
      // No answer, or one of the proxy's, for which that set is to blame.
      page.lost++;
      hurt(page, now);
      return;
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - visit.due());
    page.micros.recordValue(Math.min(HIGHEST_MICROS, micros));
    page.last = now;
    if (answer.status() >= 500) {
      page.bad++;
      hurt(page, now);
    } else if (answer.status() == 402) {
      page.declined++;
    }
  }

  private void failedBySystem(String how) {
    failed++;
    failures.merge(how, 1L, Long::sum);
  }

  private static void hurt(Page page, Instant now) {
    page.lastBad = now;
    if (page.firstBad == null) {
      page.firstBad = now;
    }
  }

  /** What the users say so far. */
  public synchronized Accounts accounts() {
    Map<String, Accounts.OfSet> sets = new TreeMap<>();
    long answered = 0;
    for (Map.Entry<String, Page> entry : pages.entrySet()) {
      Page page = entry.getValue();
      answered += page.micros.getTotalCount();
      sets.put(
          entry.getKey(),
          new Accounts.OfSet(
              page.micros.getTotalCount(),
              page.bad,
              page.lost,
              page.declined,
              page.micros.getValueAtPercentile(50) / 1000.0,
              page.micros.getValueAtPercentile(99) / 1000.0,
              Optional.ofNullable(page.firstBad),
              Optional.ofNullable(page.lastBad),
              page.last));
    }
    return new Accounts(sent, answered, failed, dropped, Map.copyOf(failures), sets);
  }
}
