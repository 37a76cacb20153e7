package dev.sluice.watch;

import dev.sluice.watch.Thing.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asserts what is promised of a release, by what can be seen from outside: every version of every
 * object of one namespace, in the order of their revisions, and every answer that users got. Knows
 * no clock: time is what the versions say. Not thread-safe.
 */
public final class Watcher {
  private final List<Rule> rules =
      List.of(
          new PodsBeforeWeight(), // 1
          new NeverToNothing(), // 2
          new WayBackFirst(), // 2
          new StableKeepsItsPods(), // 3
          new OldVersionStaysWarm(), // 3
          new StageByStage(), // 5
          new WhatUsersWrote(), // 8
          new EndedLeavesNothing(), // 8
          new OneOperator(), // 9
          new PinsBeforeCandidate(), // 10
          new PinsLead(), // 10
          new OneSetWhileHeld(), // 11
          new AbortedStaysAborted(), // 12
          new DecisionsAreExplained(), // 13
          new HeldIsPaused(),
          new SplitIsWritten(),
          new StatusIsTold(),
          new EachPodStartsOnce(),
          new NothingFlaps());

  private final Scene scene;
  private final Findings findings = new Findings();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, Long> writes = new HashMap<>();
  private final Map<String, Long> pods = new HashMap<>();
  private final Map<String, Long> generations = new HashMap<>();
  private long answers;
  private long hurt;
  private long lost;

  public Watcher(Shop shop) {
    this(shop, Limits.usual());
  }

  public Watcher(Shop shop, Limits limits) {
    this.scene = new Scene(shop, limits);
  }

  public Shop shop() {
    return scene.shop();
  }

  /** The next version; whose it is tells {@code metadata.managedFields}. */
  public void saw(Version version) {
    saw(version, Writer.UNKNOWN);
  }

  /**
   * The next version, by somebody who knows whose it is.
   *
   * @param writer {@link Writer#UNKNOWN}: as {@code metadata.managedFields} tells
   */
  public void saw(Version version, Writer writer) {
    findings.turnTo(version);
    Change change = scene.take(version, writer);
    count(change);
    for (Rule rule : rules) {
      rule.late(scene, findings);
    }
    if (!change.isQuiet()) {
      for (Rule rule : rules) {
        rule.look(change, scene, findings);
      }
    }
  }

  private void count(Change change) {
    String kind = change.version().kind();
    versions.merge(kind, 1L, Long::sum);
    if (change.bySluice()) {
      writes.merge(kind, 1L, Long::sum);
    }
    if (change.after() instanceof Pod now
        && !(change.before() instanceof Pod was && was.uid().equals(now.uid()))) {
      pods.merge(now.hash(), 1L, Long::sum);
    }
    long was = Read.metadata(change.was()).path("generation").asLong();
    long is = Read.metadata(change.is()).path("generation").asLong();
    if (was > 0 && is > was) {
      generations.merge(change.what(), is - was, Long::sum);
    }
  }

  /** Answers may come late and in any order. */
  public void saw(Answer answer) {
    answers++;
    if (!answer.lost().isEmpty()) {
      lost++;
      findings.broken(
          answer.over(),
          0,
          "lost",
          "A request that was due at %s was lost: %s.".formatted(answer.due(), answer.lost()));
    } else if (answer.status() >= 500) {
      hurt++;
    }
  }

  /** So far, in the order in which they were found; of one invariant the first ones. */
  public List<Violation> violations() {
    return findings.violations();
  }

  public Counts counts() {
    return new Counts(versions, writes, pods, generations, answers, hurt, lost);
  }
}
