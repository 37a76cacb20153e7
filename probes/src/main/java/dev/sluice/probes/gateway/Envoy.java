package dev.sluice.probes.gateway;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Envoy under Contour, which names a cluster's statistics NAMESPACE_SERVICE_PORT, neither hashed
 * nor cut (its clusters' names are). No name of Kubernetes has an underscore.
 *
 * <p>As seen on Envoy 1.40: {@code upstream_rq_xx} counts each request once, with the status that
 * the client got, retries left out; so a refused connection, a reset before the answer, a timeout
 * of the route, a backend without endpoints and a full circuit breaker are one 5xx each. To add
 * {@code upstream_rq_timeout}, {@code upstream_cx_connect_fail} or {@code
 * upstream_rq_pending_failure_eject} would count them twice. Only a request whose client gave up
 * first has no status. Envoy lets go of it: {@code upstream_rq_cancelled} while it waits for a
 * connection, else {@code upstream_cx_destroy_local_with_active_rq} with HTTP/1 and {@code
 * upstream_rq_tx_reset} with HTTP/2. All of them also count its own timeouts, which have counters
 * of their own to be taken off.
 *
 * <p>Not seen: an answer that breaks off after its headers counts as the status that they had; a
 * failure of gRPC that is in the trailers counts as 200; a client that leaves in the middle of an
 * answer counts twice, as answered and as gone, for both tracks alike.
 */
final class Envoy implements Dialect {
  private static final String PREFIX = "envoy_cluster_";
  private static final String ANSWERS = PREFIX + "upstream_rq_xx";

  /**
   * Asks Envoy for no more than is read here, by its own names: a gateway of many backends has
   * pages of many MiB.
   */
  static final String QUERY =
      "usedonly&filter=%5E(server%5C.uptime%7Ccluster%5C..*%5C.upstream_(rq_%5B0-9%5Dxx"
          + "%7Crq_cancelled%7Crq_tx_reset%7Crq_timeout%7Crq_per_try_timeout"
          + "%7Ccx_destroy_local_with_active_rq))%24";

  private static final Map<String, Kind> OTHERS = new LinkedHashMap<>();

  static {
    OTHERS.put(PREFIX + "upstream_rq_cancelled", Kind.LET_GO);
    OTHERS.put(PREFIX + "upstream_cx_destroy_local_with_active_rq", Kind.LET_GO);
    OTHERS.put(PREFIX + "upstream_rq_tx_reset", Kind.LET_GO);
    OTHERS.put(PREFIX + "upstream_rq_timeout", Kind.TIMED_OUT);
    OTHERS.put(PREFIX + "upstream_rq_per_try_timeout", Kind.TIMED_OUT);
  }

  @Override
  public Set<String> names() {
    Set<String> names = new HashSet<>(OTHERS.keySet());
    names.add(ANSWERS);
    return names;
  }

  @Override
  public Optional<Counted> read(String name, Map<String, String> labels, Set<Backend> asked) {
    Optional<Kind> kind =
        name.equals(ANSWERS)
            ? Optional.of(Kind.ofStatus(labels.getOrDefault("envoy_response_code_class", "")))
            : Optional.ofNullable(OTHERS.get(name));
    String[] parts = labels.getOrDefault("envoy_cluster_name", "").split("_", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    Backend backend = new Backend(parts[0], parts[1]);
    return kind.filter(_ -> asked.contains(backend)).map(k -> new Counted(backend, k));
  }
}
