package dev.sluice.kubernetes.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as the API server shows it, as far as evidence needs it.
 *
 * @param hash of its set
 * @param ip empty until it has one
 * @param ready whether it answers and is not about to stop
 * @param started when it was started, from which its age is told
 * @param ports that its containers declare, in their order
 * @param restarts of its containers so far
 */
public record ObservedPod(
    String namespace,
    String name,
    String hash,
    Optional<String> ip,
    boolean ready,
    Instant started,
    Map<String, String> annotations,
    List<Integer> ports,
    int restarts) {
  public ObservedPod {
    annotations = Map.copyOf(annotations);
    ports = List.copyOf(ports);
  }
}
