package dev.sluice.operator;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Placebo;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sieve;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What stable counted between releases, of one version alone: for the next judge to know its noise,
 * and for placebo releases to be played over. Of what is not saved, the {@link Past} is all that a
 * next process knows before it has seen as much itself.
 */
final class StableHistory {
  /** How often it is looked at. */
  static final Duration BLOCK = Duration.ofSeconds(10);

  private static final int PAST = (int) Placebo.PAST.dividedBy(BLOCK);
  private static final int PLAYED = (int) Placebo.PLAYED.dividedBy(BLOCK);

  /** So that what hundreds of policies play at the same time is not unpacked at the same time. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Set<String> mixed = new HashSet<>();
  private final Analysis analysis;
  private String hash = "";

  StableHistory(Analysis analysis) {
    this.analysis = analysis;
  }

  private record Block(long seq, Duration length, PackedPods pods) {
    Tick tick() {
      return new Tick(seq, length, "between releases", Share.NONE, pods.samples(), Map.of());
    }
  }

  /**
   * @param mixedNow metrics in which no label tells the platform's requests
   */
  void add(
      String servingHash, long seq, Duration length, List<PodSample> pods, Set<String> mixedNow) {
    if (!hash.equals(servingHash)) {
      blocks.clear();
      mixed.clear();
      hash = servingHash;
    }
    mixed.addAll(mixedNow);
    PackedPods before = blocks.isEmpty() ? PackedPods.NONE : blocks.getLast().pods();
    blocks.addLast(new Block(seq, length, PackedPods.of(pods, before)));
    while (blocks.size() > PAST + PLAYED) {
      blocks.removeFirst();
    }
  }

  /**
   * What the judge of a release that begins beside that set is calibrated by.
   *
   * @param background that it takes out
   */
  List<Tick> past(String stableHash, Background background) {
    return hash.equals(stableHash)
        ? ticks(Math.max(0, blocks.size() - PAST), background)
        : List.of();
  }

  /** Whether a whole past of that set was seen. */
  boolean isWhole(String stableHash) {
    return hash.equals(stableHash) && blocks.size() >= PAST;
  }

  /**
   * What the next process is to know.
   *
   * @param before what it would know so far
   */
  Optional<Past> known(Optional<Past> before, Background background, Instant now) {
    if (!isWhole(hash) || before.filter(p -> p.isNew(hash, background, now)).isPresent()) {
      return before;
    }
    ONE_AT_A_TIME.lock();
    try {
      Calibration calibration = Calibration.of(past(hash, background), analysis);
      return Optional.of(new Past(hash, background, calibration, now));
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /** Once there is a new stretch after a whole past, it is played; then it is past itself. */
  Arming play(Arming before, Placebo placebo, Background background) {
    if (blocks.size() < PAST + PLAYED) {
      return before;
    }
    ONE_AT_A_TIME.lock();
    try {
      List<Tick> all = ticks(0, background);
      return placebo.play(before, all.subList(0, PAST), all.subList(PAST, all.size()));
    } finally {
      ONE_AT_A_TIME.unlock();
      for (int i = 0; i < PLAYED; i++) {
        blocks.removeFirst();
      }
    }
  }

  private List<Tick> ticks(int from, Background background) {
    List<Tick> ticks = new ArrayList<>();
    Sieve sieve = new Sieve(analysis);
    for (Block block : blocks.stream().skip(from).toList()) {
      ticks.add(sieve.users(block.tick(), background, Map.of(Track.STABLE, mixed)));
    }
    return List.copyOf(ticks);
  }
}
