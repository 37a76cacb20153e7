package dev.sluice.cli.lab;

import dev.sluice.cli.scene.Around;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import dev.sluice.local.load.Accounts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a scenario has come, so that a lab that was killed goes on where it was.
 *
 * @param scenario its name
 * @param pace by which the policy's times are divided
 * @param began when the first version was ready
 * @param done steps that are done
 * @param since when the last of them was
 * @param templates versions by the fingerprint of their template
 * @param sets versions by the hash of their set
 * @param releases which version each release is of, and how it ended or how far it has come
 */
record Course(
    String scenario,
    double pace,
    Instant began,
    int done,
    Instant since,
    Map<String, String> templates,
    Map<String, String> sets,
    Map<String, Journey> releases) {
  /** A release of that version. */
  record Journey(String version, Phase phase) {}

  static Course begin(String scenario, double pace, Instant now) {
    return new Course(scenario, pace, now, 0, now, Map.of(), Map.of(), Map.of());
  }

  Course ready(Instant now) {
    return new Course(scenario, pace, now, done, now, templates, sets, releases);
  }

  Course deployed(String fingerprint, String version) {
    return new Course(
        scenario, pace, began, done, since, with(templates, fingerprint, version), sets, releases);
  }

  Course stepped(Instant now) {
    return new Course(scenario, pace, began, done + 1, now, templates, sets, releases);
  }

  /** After a look: which sets there are, and what became of the release. */
  Course seen(World world, Optional<Run> run) {
    Map<String, String> known = new LinkedHashMap<>(sets);
    world
        .sets()
        .forEach(
            set ->
                Optional.ofNullable(templates.get(set.template()))
                    .ifPresent(version -> known.put(set.hash(), version)));
    Map<String, Journey> journeys = new LinkedHashMap<>(releases);
    run.ifPresent(
        r ->
            journeys.put(
                r.id(),
                new Journey(
                    templates.getOrDefault(r.versions().template(), r.versions().template()),
                    r.phase())));
    return new Course(scenario, pace, began, done, since, templates, known, journeys);
  }

  /** A release that ended while nobody looked at it as the last one. */
  Course ended(String release, Phase phase) {
    Journey journey = releases.get(release);
    return journey == null || journey.phase().ended()
        ? this
        : new Course(
            scenario,
            pace,
            began,
            done,
            since,
            templates,
            sets,
            with(releases, release, new Journey(journey.version(), phase)));
  }

  /**
   * What is seen of a lab beside its state.
   *
   * @param world empty where the pods and the proxy cannot be asked
   * @param accounts what the users say; empty where they cannot be asked
   */
  Around around(Optional<World> world, Optional<Accounts> accounts) {
    Map<String, Integer> ready = new LinkedHashMap<>();
    world.ifPresent(w -> w.sets().forEach(set -> ready.put(set.hash(), set.ready())));
    return new Around(
        sets,
        ready,
        world.map(World::traffic).map(Traffic::total).orElse(OptionalDouble.empty()),
        accounts.map(a -> new Around.Users(a.sent(), a.failedBySystem())));
  }

  String version(String hash) {
    return sets.getOrDefault(hash, hash);
  }

  private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
    Map<String, T> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }
}
