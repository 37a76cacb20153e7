package dev.sluice.local.load;

import java.util.Optional;
import java.util.function.Function;

/** Hears what becomes of the users' requests, from several threads. */
public interface Outcomes {
  /**
   * It is on its way: exactly one of the two ends will be told, unless the load is closed before.
   */
  void sent(Visit visit);

  /** The whole answer is there. */
  void answered(Visit visit, Answer answer);

  /**
   * Refused, reset, cut off or timed out.
   *
   * @param how in a few words, the same for the same cause
   */
  void unanswered(Visit visit, String how);

  /** A request was due and not sent, because too many were without an answer. */
  void dropped();

  /**
   * One request.
   *
   * @param number counted from 0
   * @param user counted from 0
   * @param fresh on a connection of its own, not on a kept one
   * @param due when it was to be sent, in {@link System#nanoTime}
   */
  record Visit(long number, int user, boolean fresh, long due) {}

  /**
   * Whatever was answered, by whomever.
   *
   * @param header by its name
   */
  record Answer(int status, Function<String, Optional<String>> header) {}
}
