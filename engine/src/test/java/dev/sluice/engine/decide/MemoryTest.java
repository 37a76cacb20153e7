package dev.sluice.engine.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.sim.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Instant NOW = Instant.EPOCH.plus(Duration.ofDays(1));
  private static final Instant LATER = NOW.plus(Duration.ofHours(1));
  private static final Duration WARM = Duration.ofMinutes(5);

  @Test
  void what_a_clock_that_went_back_remembers_as_later_is_now() {
    Run back =
        Run.begin("shop-1", new Run.Versions("t2", "h2", "t1", "h1"), false, LATER)
            .turnBack(Phase.ABORTED, new Reason("aborted", "As asked."), LATER);
    Run.TurnBack seen = back.turnBack().orElseThrow();
    Run drains = back.with(new Run.TurnBack(seen.end(), seen.cause(), Optional.of(LATER), false));
    Memory memory =
        Memory.fresh("shop")
            .begin(drains)
            .withWarm(Optional.of(new Memory.Warm("h0", LATER.plus(WARM))));

    Memory now = memory.notAfter(NOW, WARM);
    assertThat(now.run().orElseThrow().since()).isEqualTo(NOW);
    assertThat(now.run().orElseThrow().turnBack().orElseThrow().since()).contains(NOW);
    assertThat(now.warm().orElseThrow().until()).isEqualTo(NOW.plus(WARM));
    assertThat(now.notAfter(NOW, WARM)).isEqualTo(now);
    assertThat(memory.notAfter(LATER, WARM)).as("while it goes on").isEqualTo(memory);
  }

  @Test
  void a_plan_with_fewer_stages_puts_a_release_before_its_last_one() {
    Run run =
        Run.begin("shop-1", new Run.Versions("t2", "h2", "t1", "h1"), false, Instant.EPOCH)
            .enter(Phase.SHIFTING, Instant.EPOCH)
            .with(Run.Progress.at(3).withEntered(true));
    Memory memory = Memory.fresh("shop").begin(run);
    assertThat(memory.under(Plan.of(Specs.canary(1, 5, 20, 50)))).isEqualTo(memory);
    Run.Progress moved = memory.under(Plan.of(Specs.canary(1, 5))).run().orElseThrow().progress();
    assertThat(moved).isEqualTo(Run.Progress.at(1));
  }
}
