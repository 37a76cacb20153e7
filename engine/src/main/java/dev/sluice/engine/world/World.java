package dev.sluice.engine.world;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was observed, at one moment. Never older than our own writes.
 *
 * @param entryPoints every Service and budget that selects the pods
 * @param route what splits traffic; empty where the policy names none
 * @param candidateService the hash that the candidate's own Service selects; empty: there is none
 * @param preview the hash that the preview Service is pinned to; empty: none
 * @param checks results by check name, of the release that runs
 * @param commands acts not yet seen to be handled, oldest first
 * @param blockers why no release may start, or what one that is under way misses; a sentence each
 * @param served the candidate's share as the data plane has served it since the last write to it;
 *     empty: not known yet
 */
public record World(
    Workload workload,
    List<PodSet> sets,
    List<EntryPoint> entryPoints,
    Optional<RouteState> route,
    Optional<String> candidateService,
    Optional<String> preview,
    Map<String, CheckResult> checks,
    List<Command> commands,
    List<String> blockers,
    Traffic traffic,
    Optional<Served> served) {
  public World {
    sets = List.copyOf(sets);
    entryPoints = List.copyOf(entryPoints);
    checks = Map.copyOf(checks);
    commands = List.copyOf(commands);
    blockers = List.copyOf(blockers);
  }

  public Optional<PodSet> set(String hash) {
    for (PodSet set : sets) {
      if (set.hash().equals(hash)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  public Optional<PodSet> setOf(String template) {
    for (PodSet set : sets) {
      if (set.template().equals(template)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  /** Ready pods of a set; none where there is no such set. */
  public int ready(String hash) {
    return set(hash).map(PodSet::ready).orElse(0);
  }

  /** The sets that the Deployment owns and that have pods. */
  public List<PodSet> activeInDeployment() {
    return sets.stream().filter(s -> s.inDeployment() && s.active()).toList();
  }

  public boolean allPinnedTo(String hash) {
    return entryPoints.stream().allMatch(e -> e.pin().filter(hash::equals).isPresent());
  }

  public boolean anyPinnedTo(String hash) {
    return entryPoints.stream().anyMatch(e -> e.pin().filter(hash::equals).isPresent());
  }

  public boolean anyUnpinned() {
    return entryPoints.stream().anyMatch(e -> e.pin().isEmpty());
  }

  /** Whether some ready pod answers what comes through that entry point. */
  public boolean answers(String entryPoint) {
    return entryPoints.stream()
        .filter(e -> e.name().equals(entryPoint))
        .anyMatch(
            e ->
                e.pin().isPresent()
                    ? ready(e.pin().get()) > 0
                    : sets.stream().anyMatch(set -> set.ready() > 0));
  }

  /** Whether no pin, split, Service or running set of a release is left. */
  public boolean nothingOfARelease() {
    return route.map(r -> r.split().isEmpty()).orElse(true)
        && candidateService.isEmpty()
        && preview.isEmpty()
        && entryPoints.stream().allMatch(e -> e.pin().isEmpty())
        && sets.stream().noneMatch(s -> !s.inDeployment() && s.active());
  }

  public boolean splitReachesCandidate() {
    return route.map(RouteState::reachesCandidate).orElse(false);
  }

  /** Whether users' requests can reach that set: through a pin, no pin at all, or the split. */
  public boolean reaches(String hash) {
    return anyPinnedTo(hash)
        || (anyUnpinned() && set(hash).isPresent())
        || (splitReachesCandidate() && candidateService.filter(hash::equals).isPresent());
  }
}
