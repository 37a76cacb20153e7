package dev.sluice.local.proxy;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which backend a request goes to.
 *
 * @param endpoints who may answer it
 * @param ordinary whether the weight alone decided
 * @param sticky the cookie that keeps its user on the candidate from now on
 * @param copies who gets a copy of it
 */
record Choice(
    List<Endpoint> endpoints, boolean ordinary, Optional<String> sticky, List<Endpoint> copies) {
  /** The fractional part of the golden ratio: its multiples fill the unit interval most evenly. */
  private static final double GOLDEN = 0.6180339887498949;

  /**
   * @param header value of a request header by its name, or null
   * @param cookie value of a cookie by its name, or null
   * @param n number of the request, counted up
   */
  static Choice of(
      Routing routing, Function<String, String> header, Function<String, String> cookie, long n) {
    if (routing.split().isEmpty() || routing.candidate().isEmpty()) {
      return new Choice(routing.root(), true, Optional.empty(), List.of());
    }
    Split split = routing.split().get();
    if (split.match().stream().anyMatch(m -> matches(m, header, cookie))) {
      return new Choice(routing.candidate(), false, Optional.empty(), List.of());
    }
    boolean stays =
        split.affinity().filter(a -> split.release().equals(cookie.apply(a.cookie()))).isPresent();
    if (stays && split.reachesCandidate()) {
      return new Choice(routing.candidate(), false, Optional.empty(), List.of());
    }
    double place = n * GOLDEN % 1;
    if (within(place, split.candidate())) {
      Optional<String> sticky =
          split
              .affinity()
              .map(
                  a ->
                      "%s=%s; Max-Age=%d; Path=/"
                          .formatted(a.cookie(), split.release(), a.maxAge().toSeconds()));
      return new Choice(routing.candidate(), true, sticky, List.of());
    }
    boolean copied = within(n * GOLDEN * GOLDEN % 1, split.mirror());
    List<Endpoint> copies = copied ? routing.candidate() : List.of();
    return new Choice(routing.root(), true, Optional.empty(), copies);
  }

  private static boolean within(double place, Share share) {
    return place < share.fraction();
  }

  private static boolean matches(
      Match match, Function<String, String> header, Function<String, String> cookie) {
    return switch (match) {
      case Match.Header h -> h.exact().equals(header.apply(h.name()));
      case Match.Cookie c -> c.exact().equals(cookie.apply(c.name()));
    };
  }
}
