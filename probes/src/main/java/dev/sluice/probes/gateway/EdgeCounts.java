package dev.sluice.probes.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what gateways count of Services into what they did for sets of pods.
 *
 * <p>A gateway knows Services, and a Service is pinned to one set today and to another tomorrow. So
 * nothing that was counted in total can be attributed; only what was counted between two readings
 * of a page can, to the set that the Service was pinned to all that time:
 *
 * <ul>
 *   <li>The pins are looked at with each reading. What was counted of a Service between a reading
 *       with one pin and a reading with another belongs to nobody: it may be of either set. Neither
 *       does what comes within {@code settle} after the change was seen, while the data plane
 *       follows it. That leaves a gap of a reading or two with each flip, for the Service that was
 *       flipped alone; nothing is guessed. (A request that hangs through a flip and times out later
 *       is counted to the set that the Service has then. A pin that changed and changed back
 *       between two readings is not seen.)
 *   <li>Each page has readings of its own: one that does not answer for a while adds what it
 *       counted meanwhile when it answers again, if the pin has stood all that while.
 *   <li>A series that was not there has counted nothing: one that appears adds all it has. One that
 *       is gone adds nothing.
 *   <li>Where the page is another process's than before (its start differs, or a series went back)
 *       there is nothing to compare with: that reading adds nothing, and is what the next is
 *       compared with. So a gateway that restarts loses what it counted since it did, and an
 *       address behind which several processes take turns gives too little, but never what was not.
 * </ul>
 *
 * <p>The sums only grow while this process lives, and begin at nothing with the next.
 */
public final class EdgeCounts {
  /**
   * Envoy's uptime stands still between two flushes of its statistics, 5 s by default, so that its
   * start seems to wander by as much.
   */
  private static final Duration SAME_START = Duration.ofSeconds(15);

  private record Pin(String hash, Instant steady) {}

  private record Last(Instant at, Set<Backend> asked, GatewayPage page) {}

  private final Duration settle;
  private final Map<Backend, Pin> pins = new HashMap<>();
  private final Map<String, Last> pages = new HashMap<>();
  private final Map<String, Tally> bySet = new HashMap<>();
  private final Map<Backend, Tally> byBackend = new HashMap<>();

  /**
   * @param settle how long the data plane may take to follow a pin
   */
  public EdgeCounts(Duration settle) {
    this.settle = settle;
  }

  /**
   * The pins as they are now; to be told before the pages that are read after it.
   *
   * @param now which set each Service is pinned to; one without a pin is left out
   */
  public void pinned(Map<Backend, String> now, Instant at) {
    pins.keySet().retainAll(now.keySet());
    now.forEach(
        (backend, hash) -> {
          Pin before = pins.get(backend);
          if (before == null || !before.hash().equals(hash)) {
            pins.put(backend, new Pin(hash, at.plus(settle)));
          }
        });
  }

  /** The backends whose counters are wanted. */
  public Set<Backend> asked() {
    return Set.copyOf(pins.keySet());
  }

  /**
   * One page, read once.
   *
   * @param name of the page: always the same for one process
   * @param page with the counters of {@link #asked}
   */
  public void saw(String name, GatewayPage page, Instant at) {
    Optional<Last> last = Optional.ofNullable(pages.put(name, new Last(at, asked(), page)));
    last.filter(before -> continues(before.page(), page))
        .ifPresent(
            before ->
                page.counters()
                    .forEach(
                        (backend, counters) -> {
                          if (before.asked().contains(backend)) {
                            add(backend, counters, before);
                          }
                        }));
  }

  /** Forgets the pages that are not among these. */
  public void only(Set<String> names) {
    pages.keySet().retainAll(names);
  }

  /** What was done for a set, as far as it is known to be for it. */
  public Sent of(String hash) {
    Tally tally = bySet.get(hash);
    return tally == null ? Sent.NONE : tally.sent();
  }

  /** The same for each set that anything is known of. */
  public Map<String, Sent> bySet() {
    Map<String, Sent> sent = new HashMap<>();
    bySet.forEach((hash, tally) -> sent.put(hash, tally.sent()));
    return sent;
  }

  /** All that was done, for whichever set. */
  public Sent all() {
    return byBackend.values().stream().map(Tally::sent).reduce(Sent.NONE, Sent::plus);
  }

  private void add(Backend backend, Map<String, GatewayPage.Counter> counters, Last before) {
    Map<String, GatewayPage.Counter> then =
        before.page().counters().getOrDefault(backend, Map.of());
    Optional<String> set =
        Optional.ofNullable(pins.get(backend))
            .filter(pin -> !pin.steady().isAfter(before.at()))
            .map(Pin::hash);
    Tally all = byBackend.computeIfAbsent(backend, _ -> new Tally());
    Optional<Tally> ofSet = set.map(hash -> bySet.computeIfAbsent(hash, _ -> new Tally()));
    counters.forEach(
        (series, counter) -> {
          GatewayPage.Counter old = then.get(series);
          double grown = counter.value() - (old == null ? 0 : old.value());
          all.add(counter.kind(), grown);
          ofSet.ifPresent(tally -> tally.add(counter.kind(), grown));
        });
  }

  private static boolean continues(GatewayPage before, GatewayPage now) {
    if (before.started().isPresent() && now.started().isPresent()) {
      Duration apart = Duration.between(before.started().get(), now.started().get()).abs();
      if (apart.compareTo(SAME_START) > 0) {
        return false;
      }
    }
    return now.counters().entrySet().stream()
        .allMatch(e -> grows(before.counters().getOrDefault(e.getKey(), Map.of()), e.getValue()));
  }

  private static boolean grows(
      Map<String, GatewayPage.Counter> before, Map<String, GatewayPage.Counter> now) {
    return now.entrySet().stream()
        .allMatch(
            e -> {
              GatewayPage.Counter old = before.get(e.getKey());
              return old == null || old.value() <= e.getValue().value();
            });
  }
}
