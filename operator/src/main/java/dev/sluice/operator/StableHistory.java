package dev.sluice.operator;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Placebo;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What stable counted between releases, of one version alone: for the next judge to know its noise,
 * and for placebo releases to be played over. Not saved, for it comes again by itself.
 */
final class StableHistory {
  /** How often it is looked at. */
  static final Duration BLOCK = Duration.ofSeconds(10);

  private static final int PAST = (int) Placebo.PAST.dividedBy(BLOCK);
  private static final int PLAYED = (int) Placebo.PLAYED.dividedBy(BLOCK);

  /** So that what hundreds of policies play at the same time is not unpacked at the same time. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final Deque<Block> blocks = new ArrayDeque<>();
  private String hash = "";

  private record Block(long seq, Duration length, PackedPods pods) {
    Tick tick() {
      return new Tick(seq, length, "between releases", Share.NONE, pods.samples(), Map.of());
    }
  }

  void add(String servingHash, long seq, Duration length, List<PodSample> pods) {
    if (!hash.equals(servingHash)) {
      blocks.clear();
      hash = servingHash;
    }
    PackedPods before = blocks.isEmpty() ? PackedPods.NONE : blocks.getLast().pods();
    blocks.addLast(new Block(seq, length, PackedPods.of(pods, before)));
    while (blocks.size() > PAST + PLAYED) {
      blocks.removeFirst();
    }
  }

  /** What the judge of a release that begins beside that set is calibrated by. */
  List<Tick> past(String stableHash) {
    return hash.equals(stableHash) ? ticks(Math.max(0, blocks.size() - PAST)) : List.of();
  }

  /** Once there is a new stretch after a whole past, it is played; then it is past itself. */
  Arming play(Arming before, Placebo placebo) {
    if (blocks.size() < PAST + PLAYED) {
      return before;
    }
    ONE_AT_A_TIME.lock();
    try {
      List<Tick> all = ticks(0);
      return placebo.play(before, all.subList(0, PAST), all.subList(PAST, all.size()));
    } finally {
      ONE_AT_A_TIME.unlock();
      for (int i = 0; i < PLAYED; i++) {
        blocks.removeFirst();
      }
    }
  }

  private List<Tick> ticks(int from) {
    return blocks.stream().skip(from).map(Block::tick).toList();
  }
}
