package dev.sluice.engine.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.sim.Specs;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MemoryTest {
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
