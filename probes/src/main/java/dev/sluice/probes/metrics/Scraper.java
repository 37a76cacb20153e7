package dev.sluice.probes.metrics;

import dev.sluice.engine.evidence.RawCounters.Reading;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads the counters of pods, all at once. Pages are asked for as text. Only one whose text hides
 * how long requests took is asked for in Prometheus' protobuf format from then on, and not again
 * once that has failed some times in a row.
 */
public final class Scraper {
  private static final int TRIES = 3;

  private final Sought sought;
  private final Pages pages;
  private final NotGood notGood;

  /** Pages that hide latencies, and how often they have failed in a row to show them. */
  private final Map<URI, Integer> natively = new ConcurrentHashMap<>();

  /**
   * Over the network of the pods, a second and 1 MiB for each.
   *
   * @param sought what the policy asks for
   */
  public Scraper(Sought sought) {
    this(sought, new HttpPages(HttpPages.ANSWER, HttpPages.MIB));
  }

  /** The same over other ways. */
  public Scraper(Sought sought, Pages pages) {
    this.sought = sought;
    this.pages = pages;
    this.notGood = new NotGood(sought.own());
  }

  /**
   * What a pod counts, or why that is not known.
   *
   * @param readings by metric; empty where the pod could not be read
   * @param mixed metrics in which no label tells health checks and scrapes from users' requests
   * @param missing why; empty where it could
   */
  public record Read(Map<String, Reading> readings, Set<String> mixed, String missing) {
    private static Read of(Page page) {
      return new Read(page.readings(), page.mixed(), "");
    }

    /** A pod that could not be read. */
    public static Read missing(String why) {
      return new Read(Map.of(), Set.of(), why);
    }
  }

  /**
   * @param where each pod's metrics are, by the pod's name
   * @return by the same names; none takes longer than the pages grant
   */
  public Map<String, Read> read(Map<String, URI> where) {
    Map<String, Read> read = new ConcurrentHashMap<>();
    notGood.listed(where.keySet());
    natively.keySet().retainAll(where.values());
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      where.forEach(
          (pod, page) -> each.execute(() -> read.put(pod, notGood.rising(pod, one(page)))));
    }
    return Map.copyOf(read);
  }

  private Read one(URI page) {
    int failed = natively.getOrDefault(page, TRIES);
    if (failed == TRIES) {
      return one(page, false);
    }
    Read read = one(page, true);
    natively.put(page, read.missing().isEmpty() ? 0 : failed + 1);
    return read;
  }

  private Read text(URI page, Page seen) {
    if (seen.hidesLatency()) {
      natively.putIfAbsent(page, 0);
    }
    return Read.of(seen);
  }

  private Read one(URI page, boolean families) {
    String path = page.getPath();
    try {
      return switch (families ? pages.families(page) : pages.get(page)) {
        case Pages.Fetched.Text(String text) -> text(page, Page.of(text, sought));
        case Pages.Fetched.Protobuf(ByteBuffer delimited) -> Read.of(Page.of(delimited, sought));
        case Pages.Fetched.Missing(String why) -> Read.missing(path + " " + why);
      };
    } catch (IllegalArgumentException e) {
      return Read.missing(path + " cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Read.missing("interrupted");
    }
  }
}
