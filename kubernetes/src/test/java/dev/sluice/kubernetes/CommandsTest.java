package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.Command.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommandsTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void a_command_that_is_older_than_what_is_remembered_is_not_carried_out_again() {
    List<Command> given =
        IntStream.range(0, Memory.REMEMBERED + 1).mapToObj(i -> command(i, Action.PAUSE)).toList();
    assertThat(Commands.open(given.stream(), handled(given.subList(1, given.size())))).isEmpty();
  }

  @Test
  void an_abort_is_not_lost_in_a_flood_of_others() {
    Stream<Command> flood =
        IntStream.range(1, 2 * Memory.REMEMBERED).mapToObj(i -> command(i, Action.PAUSE));
    assertThat(
            Commands.open(
                Stream.concat(Stream.of(command(0, Action.ABORT)), flood), handled(List.of())))
        .first()
        .extracting(Command::action)
        .isEqualTo(Action.ABORT);
  }

  @Test
  void a_command_for_another_release_is_none_for_this_one() {
    Command other =
        new Command("x", "orders-7", Action.ABORT, Optional.empty(), "ann", Set.of(), "", NOW);
    assertThat(Commands.open(Stream.of(other), handled(List.of()))).isEmpty();
  }

  private static Memory handled(List<Command> commands) {
    Run run =
        new Run(
            "orders-1",
            new Run.Versions("t2", "h2", "t1", "h1"),
            false,
            Phase.SHIFTING,
            NOW,
            new Run.Progress(0, true, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    return new Memory(
        "orders",
        1,
        Optional.of(run),
        Optional.empty(),
        List.of(),
        commands.stream().map(Command::id).toList());
  }

  private static Command command(int second, Action action) {
    return new Command(
        "c" + second,
        "orders-1",
        action,
        Optional.empty(),
        "ann",
        Set.of(),
        "",
        NOW.plusSeconds(second));
  }
}
