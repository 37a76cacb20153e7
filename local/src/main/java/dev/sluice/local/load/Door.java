package dev.sluice.local.load;

import java.util.Map;

/**
 * Where the users come in, and how.
 *
 * @param host that is connected to
 * @param port that is connected to
 * @param name of the host that is asked for
 * @param pools that kept connections are kept in; each user has one, so that those who keep
 *     connections are spread over as many of them at least
 * @param whitelist headers that the whitelisted send
 */
public record Door(String host, int port, String name, int pools, Map<String, String> whitelist) {
  public Door {
    whitelist = Map.copyOf(whitelist);
  }

  /** A port of this machine; the whitelisted send {@code X-Canary: always}. */
  public static Door here(int port) {
    return new Door("127.0.0.1", port, "127.0.0.1", 1, Map.of("X-Canary", "always"));
  }
}
