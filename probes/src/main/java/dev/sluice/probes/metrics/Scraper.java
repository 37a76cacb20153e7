package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads the counters of pods, all at once. */
public final class Scraper {
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final int BYTES = 1 << 20;

  private final Map<String, Selectors> own;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();

  /**
   * @param own the policy's own metrics, by name
   */
  public Scraper(Map<String, Selectors> own) {
    this.own = Map.copyOf(own);
  }

  /**
   * What a pod counts, or why that is not known.
   *
   * @param readings by metric; empty where the pod could not be read
   * @param missing why; empty where it could
   */
  public record Read(Map<String, Reading> readings, String missing) {}

  /**
   * @param pages where each pod's metrics are, by the pod's name
   * @return by the same names; none takes longer than about a second
   */
  public Map<String, Read> read(Map<String, URI> pages) {
    Map<String, Read> read = new ConcurrentHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      pages.forEach((pod, page) -> each.execute(() -> read.put(pod, one(page))));
    }
    return Map.copyOf(read);
  }

  private Read one(URI where) {
    String path = where.getPath();
    HttpRequest request = HttpRequest.newBuilder(where).timeout(ANSWER).build();
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        byte[] page = in.readNBytes(BYTES + 1);
        if (answer.statusCode() != 200) {
          return new Read(Map.of(), path + " answered " + answer.statusCode());
        }
        if (page.length > BYTES) {
          return new Read(Map.of(), path + " has more than 1 MiB");
        }
        return new Read(Page.read(new String(page, StandardCharsets.UTF_8), own), "");
      }
    } catch (IOException e) {
      return new Read(Map.of(), path + " did not answer (" + e.getClass().getSimpleName() + ")");
    } catch (IllegalArgumentException e) {
      return new Read(Map.of(), path + " cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Read(Map.of(), "interrupted");
    }
  }
}
