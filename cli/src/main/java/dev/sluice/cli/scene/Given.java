package dev.sluice.cli.scene;

import dev.sluice.operator.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A command that was given.
 *
 * @param id by which it is remembered once it is taken up
 * @param object what a person can look for
 * @param by who gave it, as those know it who take it up
 * @param after when the last decision before it was made, by the clock of whoever decides
 */
public record Given(Act act, String id, String object, String by, Instant after) {
  /** The code of a decision that says no to a command. */
  public static final String REFUSED = "command-refused";

  /** The decision that came of it, among those that were made since. */
  public Optional<Decided> answer(List<Decided> since) {
    String did = by + " ";
    String refused =
        "%s of %s by %s was refused"
            .formatted(act.action().name().toLowerCase(Locale.ROOT), act.release(), by);
    return since.stream()
        .filter(
            d ->
                d.code().equals(REFUSED)
                    ? d.sentence().startsWith(refused)
                    : d.sentence().startsWith(did))
        .findFirst();
  }
}
