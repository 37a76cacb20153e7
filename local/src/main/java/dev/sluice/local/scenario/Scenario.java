package dev.sluice.local.scenario;

import dev.sluice.api.Manifest;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.decide.Phase;
import dev.sluice.local.load.Users;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rehearsal on one machine: who comes, which versions there are, and what is done when.
 *
 * @param about what it shows, for people
 * @param pods of the workload
 * @param rate requests/s from the moment that the first version is ready
 * @param versions by name
 * @param start the version that serves first
 * @param steps in their order; each waits for the one before
 * @param expect how each version's release should end
 * @param limit the longest that all of it may take
 * @param policies the ReleasePolicy of the same file, and what it refers to
 */
public record Scenario(
    String name,
    String about,
    int pods,
    double rate,
    Users users,
    Map<String, Version> versions,
    String start,
    List<Step> steps,
    Map<String, Phase> expect,
    Duration limit,
    Manifest policies) {
  public Scenario {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    steps = List.copyOf(steps);
    expect = Collections.unmodifiableMap(new LinkedHashMap<>(expect));
  }

  /** The first policy of the file; empty where the file has none. */
  public Optional<ReleasePolicy> policy() {
    return policies.objects().stream()
        .filter(ReleasePolicy.class::isInstance)
        .map(ReleasePolicy.class::cast)
        .findFirst();
  }

  /** One that is known to be there. */
  public Version version(String name) {
    return Optional.ofNullable(versions.get(name))
        .orElseThrow(() -> new IllegalArgumentException("there is no version " + name));
  }

  /** The same with the policies of another file. */
  public Scenario with(Manifest others) {
    return new Scenario(
        name, about, pods, rate, users, versions, start, steps, expect, limit, others);
  }

  /**
   * What an image would be on a cluster: how the version's process is started.
   *
   * @param command words; empty: the sample order service
   * @param env besides {@code PORT} and {@code VERSION}, which are always given
   * @param readiness path that answers 200 when requests may come
   * @param faulty whether faults are injected into it: what it loses is then its own doing
   */
  public record Version(
      List<String> command, Map<String, String> env, String readiness, boolean faulty) {
    public Version {
      command = List.copyOf(command);
      env = Map.copyOf(env);
    }
  }
}
