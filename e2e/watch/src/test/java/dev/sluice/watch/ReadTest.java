package dev.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void durations_are_read_as_policies_write_them() {
    assertThat(Read.duration("1h30m")).contains(Duration.ofMinutes(90));
    assertThat(Read.duration("1m5s20ms")).contains(Duration.ofMillis(65_020));
    assertThat(Read.duration("500ms")).contains(Duration.ofMillis(500));
    assertThat(Read.duration("")).isEmpty();
    assertThat(Read.duration("soon")).isEmpty();
  }

  @Test
  void shares_are_read_as_policies_write_them() {
    assertThat(Read.perMille(Story.read("5"))).contains(50);
    assertThat(Read.perMille(Story.read("'0.5%'"))).contains(5);
    assertThat(Read.perMille(Story.read("'100%'"))).contains(1000);
    assertThat(Read.perMille(Story.read("0.5"))).isEmpty();
  }

  @Test
  void a_preset_has_its_stages_and_what_is_not_said_has_its_default() {
    assertThat(policy("preset: 'Fast'").stages())
        .extracting(Policy.Stage::name, s -> s.served(), s -> s.min().orElseThrow().toSeconds())
        .contains(tuple("small", 50, 120L), tuple("full", 900, 180L));
    assertThat(policy("stages: [{ name: 'a', weight: 5 }, { name: 'b', max: '1m' }]").stages())
        .extracting(s -> s.served(), s -> s.min().orElseThrow().toSeconds())
        .containsExactly(tuple(50, 600L), tuple(50, 60L));
  }

  private static Policy policy(String canary) {
    return Policy.of(Story.read("{ spec: { strategy: { canary: { %s } } } }".formatted(canary)));
  }

  @Test
  void a_number_is_what_it_was_for_a_moment() {
    Lately ready = new Lately(Duration.ofSeconds(1));
    ready.is(4, NOON);
    ready.is(0, NOON.plusSeconds(10));
    assertThat(ready.most(NOON.plusSeconds(10).plusMillis(900))).isEqualTo(4);
    assertThat(ready.most(NOON.plusSeconds(11))).isZero();
    ready.is(2, NOON.plusSeconds(20));
    assertThat(ready.least(NOON.plusSeconds(20))).isZero();
    assertThat(ready.least(NOON.plusSeconds(22))).isEqualTo(2);
  }
}
