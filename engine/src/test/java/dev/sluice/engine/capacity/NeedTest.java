package dev.sluice.engine.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Traffic;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class NeedTest {
  private static final Capacity KNOWN = new Capacity(OptionalDouble.of(250), 0.7, 0);

  private static Traffic traffic(double now, double peak) {
    return new Traffic(OptionalDouble.of(now), OptionalDouble.of(peak), OptionalDouble.empty());
  }

  @Test
  void without_a_declared_capacity_the_share_of_stables_size_counts_rounded_up() {
    assertThat(Need.pods(Share.percent(20), 10, traffic(1, 1), Capacity.unknown())).isEqualTo(2);
    assertThat(Need.pods(Share.percent(21), 10, traffic(1, 1), Capacity.unknown())).isEqualTo(3);
  }

  @Test
  void any_share_needs_a_pod_and_no_share_needs_none() {
    assertThat(Need.pods(new Share(1), 2, Traffic.unknown(), Capacity.unknown())).isEqualTo(1);
    assertThat(Need.pods(Share.NONE, 2, Traffic.unknown(), Capacity.unknown())).isZero();
  }

  @Test
  void a_declared_capacity_counts_the_peak_of_the_last_hour_at_the_target_utilisation() {
    // 3,500/s × 10 % ÷ (250 × 70 %) = 2 pods
    assertThat(Need.pods(Share.percent(10), 4, traffic(1000, 3500), KNOWN)).isEqualTo(2);
    assertThat(Need.pods(Share.percent(10), 4, traffic(1000, 3501), KNOWN)).isEqualTo(3);
  }

  @Test
  void a_way_back_gets_all_when_stable_is_whole_even_where_the_declared_capacity_says_otherwise() {
    assertThat(Need.carriedBy(4, 4, traffic(10_000, 10_000), KNOWN)).isEqualTo(Share.ALL);
  }

  @Test
  void a_way_back_to_a_part_of_stable_gets_that_part_rounded_down() {
    assertThat(Need.carriedBy(1, 3, Traffic.unknown(), Capacity.unknown()))
        .isEqualTo(new Share(333));
    assertThat(Need.carriedBy(0, 3, Traffic.unknown(), Capacity.unknown())).isEqualTo(Share.NONE);
  }

  @Test
  void at_night_fewer_pods_carry_everything() {
    assertThat(Need.carriedBy(1, 4, traffic(100, 100), KNOWN)).isEqualTo(Share.ALL);
  }

  @Test
  void the_hottest_user_is_carried_by_one_pod() {
    Capacity hot = new Capacity(OptionalDouble.of(250), 0.7, 0.1);
    assertThat(Need.perPod(Share.percent(50), 2, 1000, hot)).isCloseTo(325, within(1e-9));
  }
}
