package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads the counters of pods, all at once. */
public final class Scraper {
  private final Map<String, Selectors> own;
  private final Pages pages;

  /**
   * Over the network of the pods, a second and 1 MiB for each.
   *
   * @param own the policy's own metrics, by name
   */
  public Scraper(Map<String, Selectors> own) {
    this(own, new HttpPages(HttpPages.ANSWER, HttpPages.MIB));
  }

  /**
   * @param own the policy's own metrics, by name
   */
  public Scraper(Map<String, Selectors> own, Pages pages) {
    this.own = Map.copyOf(own);
    this.pages = pages;
  }

  /**
   * What a pod counts, or why that is not known.
   *
   * @param readings by metric; empty where the pod could not be read
   * @param missing why; empty where it could
   */
  public record Read(Map<String, Reading> readings, String missing) {
    /** A pod that could not be read. */
    public static Read missing(String why) {
      return new Read(Map.of(), why);
    }
  }

  /**
   * @param where each pod's metrics are, by the pod's name
   * @return by the same names; none takes longer than the pages grant
   */
  public Map<String, Read> read(Map<String, URI> where) {
    Map<String, Read> read = new ConcurrentHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      where.forEach((pod, page) -> each.execute(() -> read.put(pod, one(page))));
    }
    return Map.copyOf(read);
  }

  private Read one(URI page) {
    String path = page.getPath();
    try {
      return switch (pages.get(page)) {
        case Pages.Fetched.Text(String text) -> new Read(Page.read(text, own), "");
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
