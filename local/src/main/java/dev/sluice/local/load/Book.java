package dev.sluice.local.load;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Keeps the accounts while the users come. */
final class Book {
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

  synchronized void sent() {
    sent++;
  }

  synchronized void dropped() {
    dropped++;
  }

  synchronized void failedBySystem(String how) {
    failed++;
    failures.merge(how, 1L, Long::sum);
  }

  /** No answer, or one of the proxy's, for which that set is to blame. */
  synchronized void lost(String set, Instant now) {
    Page page = pages.computeIfAbsent(set, s -> new Page());
    page.lost++;
    hurt(page, now);
  }

  synchronized void answered(String set, int status, long nanos, Instant now) {
    Page page = pages.computeIfAbsent(set, s -> new Page());
    page.micros.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    page.last = now;
    if (status >= 500) {
      page.bad++;
      hurt(page, now);
    } else if (status == 402) {
      page.declined++;
    }
  }

  private static void hurt(Page page, Instant now) {
    page.lastBad = now;
    if (page.firstBad == null) {
      page.firstBad = now;
    }
  }

  synchronized Accounts accounts() {
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
