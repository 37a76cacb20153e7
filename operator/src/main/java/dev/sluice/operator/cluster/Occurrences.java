package dev.sluice.operator.cluster;

import dev.sluice.api.Notify.Occasion;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Decided;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of the decisions people are told, each once: that a release begins, why it waits, holds or
 * has retreated in a stage, and how it ends. Whatever was decided before is told already, or was
 * lost with the process that decided it: told twice would be worse.
 */
final class Occurrences {
  /** More than one release has; the oldest are of releases long past. */
  private static final int REMEMBERED = 500;

  private static final String END = "end";

  private final Set<String> told = new LinkedHashSet<>();

  /**
   * One of them.
   *
   * @param key the same for the same occasion of the same release
   */
  record Occurrence(Occasion occasion, String key) {}

  /** These were decided before anybody here listened. */
  void before(List<Decided> recorded) {
    recorded.forEach(this::of);
  }

  /** What is new with that decision; mostly nothing. */
  List<Occurrence> of(Decided entry) {
    if (entry.release().isEmpty()) {
      return List.of();
    }
    String release = entry.release().get();
    List<Occurrence> fresh = new ArrayList<>();
    add(fresh, Occasion.STARTED, release + " begins");
    Optional<Phase> phase = entry.phase();
    end(entry).ifPresent(end -> add(fresh, end, release + " " + END));
    if (phase.filter(Phase::ended).isEmpty()) {
      standing(entry)
          .ifPresent(
              how ->
                  add(
                      fresh,
                      how,
                      String.join(
                          " ", release, how.name(), entry.code(), entry.stage().orElse(""))));
    }
    return fresh;
  }

  /** The way back is told when it begins: it is what people must know of. */
  private static Optional<Occasion> end(Decided entry) {
    return entry.phase().flatMap(phase -> end(phase, entry.code()));
  }

  private static Optional<Occasion> end(Phase phase, String code) {
    return switch (phase) {
      case CHECKING, PREPARING, SHIFTING, BAKING, HANDING_OVER -> Optional.empty();
      case SUCCEEDED -> Optional.of(Occasion.SUCCEEDED);
      case SUPERSEDED -> Optional.of(Occasion.SUPERSEDED);
      case REVERTED -> Optional.of(Occasion.REVERTED);
      case ABORTED -> Optional.of(Occasion.ABORTED);
      case ABORTING ->
          Optional.of(
              switch (code) {
                case "superseded" -> Occasion.SUPERSEDED;
                case "reverted" -> Occasion.REVERTED;
                default -> Occasion.ABORTED;
              });
    };
  }

  private static Optional<Occasion> standing(Decided entry) {
    return switch (entry.condition()) {
      case MOVING -> Optional.empty();
      case RETREATED -> Optional.of(Occasion.RETREATED);
      case HELD -> Optional.of(entry.code().equals("approval") ? Occasion.WAITING : Occasion.HELD);
    };
  }

  private void add(List<Occurrence> fresh, Occasion occasion, String key) {
    if (told.add(key)) {
      fresh.add(new Occurrence(occasion, key));
    }
    if (told.size() > REMEMBERED) {
      told.remove(told.iterator().next());
    }
  }
}
