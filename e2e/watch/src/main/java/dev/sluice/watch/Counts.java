package dev.sluice.watch;

import java.util.Map;

/**
 * How much there was of everything.
 *
 * @param versions of all objects, by kind
 * @param writes that were Sluice's, by kind
 * @param pods that were created, by their pod-template-hash
 * @param generations by which each object's {@code metadata.generation} grew while it was watched,
 *     by kind and name: {@code Deployment order-service}
 * @param answers of all users
 * @param hurt answers of a pod with 5xx: a version's own fault
 * @param lost requests that were lost
 */
public record Counts(
    Map<String, Long> versions,
    Map<String, Long> writes,
    Map<String, Long> pods,
    Map<String, Long> generations,
    long answers,
    long hurt,
    long lost) {
  public Counts {
    versions = Map.copyOf(versions);
    writes = Map.copyOf(writes);
    pods = Map.copyOf(pods);
    generations = Map.copyOf(generations);
  }
}
