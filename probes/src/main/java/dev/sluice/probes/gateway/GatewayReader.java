package dev.sluice.probes.gateway;

import dev.sluice.probes.metrics.HttpPages;
import dev.sluice.probes.metrics.Pages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the pages of a gateway, all processes of it, and adds them up. Not for several threads.
 *
 * <p>A URL names one process, or a host with an address for each (a headless Service): every
 * address is read. A Service that balances over several does not do: each reading meets another
 * process, and {@linkplain EdgeCounts most of what they count is not seen}.
 */
public final class GatewayReader {
  /** Long enough for a page of some thousand backends. */
  public static final Duration ANSWER = Duration.ofSeconds(2);

  /** What a gateway's page may have: it is one page for all of its backends. */
  public static final int BYTES = 16 * HttpPages.MIB;

  /** Without a page for so long, nothing is known of the gateway. */
  private static final Duration STALE = Duration.ofSeconds(10);

  /** How long the slowest data plane took to follow a change, but for its own rate limits. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final List<URI> urls;
  private final Pages pages;
  private final InstantSource clock;
  private final EdgeCounts counts = new EdgeCounts(SETTLE);
  private final Map<String, List<URI>> addresses = new ConcurrentHashMap<>();
  private Map<String, String> missing = Map.of();
  private Optional<Instant> readAt = Optional.empty();

  /**
   * @param urls of the pages; a page of Envoy's without a query gets one for what is read
   */
  public GatewayReader(List<URI> urls, Pages pages, InstantSource clock) {
    this.urls = urls.stream().map(GatewayReader::asked).toList();
    this.pages = pages;
    this.clock = clock;
  }

  /** Over HTTP, within {@link #ANSWER} and {@link #BYTES}. */
  public static GatewayReader of(List<URI> urls) {
    return new GatewayReader(urls, new HttpPages(ANSWER, BYTES), InstantSource.system());
  }

  /** Whether there is any page to read. */
  public boolean configured() {
    return !urls.isEmpty();
  }

  /**
   * Reads every page once.
   *
   * @param pins which set each Service is pinned to now
   */
  public void read(Map<Backend, String> pins) {
    counts.pinned(pins, clock.instant());
    Set<Backend> asked = counts.asked();
    Map<String, CompletableFuture<Got>> tasks = new TreeMap<>();
    Executor each = task -> Thread.ofVirtual().name("gateway page").start(task);
    for (URI page : urls.stream().flatMap(url -> addresses(url, each).stream()).toList()) {
      tasks.put(page.toString(), CompletableFuture.supplyAsync(() -> get(page, asked), each));
    }
    Map<String, String> failed = new TreeMap<>();
    tasks.forEach(
        (name, task) -> {
          switch (task.join()) {
            case Got.Page(GatewayPage page, Instant at) -> {
              counts.saw(name, page, at);
              readAt = Optional.of(at);
            }
            case Got.Nothing(String why) -> failed.put(name, why);
          }
        });
    counts.only(tasks.keySet());
    missing = Map.copyOf(failed);
  }

  /** What was counted since this process started; empty where no page could be read for long. */
  public Optional<EdgeCounts> counts() {
    return readAt.filter(at -> clock.instant().isBefore(at.plus(STALE))).map(_ -> counts);
  }

  /** Why pages could not be read the last time, by their URLs. */
  public Map<String, String> missing() {
    return missing;
  }

  private sealed interface Got {
    record Page(GatewayPage page, Instant at) implements Got {}

    record Nothing(String why) implements Got {}
  }

  private Got get(URI page, Set<Backend> asked) {
    try {
      return switch (pages.get(page)) {
        case Pages.Fetched.Text(String text) -> {
          Instant at = clock.instant();
          yield new Got.Page(GatewayPage.read(text, asked, at), at);
        }
        case Pages.Fetched.Protobuf _ -> new Got.Nothing("is not text");
        case Pages.Fetched.Missing(String why) -> new Got.Nothing(why);
      };
    } catch (IllegalArgumentException e) {
      return new Got.Nothing("cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Got.Nothing("was interrupted");
    }
  }

  /** All addresses of the host; where names cannot be looked up in time, those known before. */
  private List<URI> addresses(URI url, Executor each) {
    if (!"http".equals(url.getScheme())) {
      return List.of(url);
    }
    String host = url.getHost();
    CompletableFuture<List<URI>> found =
        CompletableFuture.supplyAsync(() -> lookUp(url, host), each);
    try {
      List<URI> all = found.get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
      addresses.put(host, all);
      return all;
    } catch (TimeoutException | ExecutionException e) {
      return addresses.getOrDefault(host, List.of(url));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static List<URI> lookUp(URI url, String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(address -> at(url, address))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static URI at(URI url, InetAddress address) {
    String host = address.getHostAddress();
    String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + bracketed + port + url.getRawPath() + query);
  }

  private static URI asked(URI url) {
    return url.getRawQuery() == null && url.getRawPath().endsWith("/stats/prometheus")
        ? URI.create(url + "?" + Envoy.QUERY)
        : url;
  }
}
