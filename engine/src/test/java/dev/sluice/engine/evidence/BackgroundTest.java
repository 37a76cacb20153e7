package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.evidence.Background.Part;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What pods without users count says how many health checks and scrapes there are. */
class BackgroundTest {
  private static final Duration TICK = Duration.ofSeconds(2);

  @Test
  void readyPodsWithoutUsersSayHowManyThereAre() {
    // Two pods for twenty seconds, a health check every five of each, our scrape every two.
    Quiet quiet = Quiet.nothing();
    for (int pod = 0; pod < 2; pod++) {
      for (int i = 0; i < 10; i++) {
        int checks = (2 * (i + 1)) / 5 - (2 * i) / 5;
        quiet = quiet.plus(counted(1 + checks), Set.of("errors"), TICK, i > 0);
      }
    }
    Part part = errors(quiet);
    assertThat(part.perRead()).isEqualTo(1);
    assertThat(part.perSecond()).as("at most the true .2").isCloseTo(0.15, within(1e-9));
    assertThat(part.seen()).isCloseTo(0.7, within(1e-9));
    assertThat(part.implausible()).isFalse();
    assertThat(quiet.unlearned().metrics()).isEmpty();
  }

  @Test
  void aTickWithoutAnyRequestShowsThatOurScrapesAreNotCounted() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 10; i++) {
      quiet = quiet.plus(counted(i % 5 == 2 ? 0 : 1), Set.of("errors"), TICK, i > 0);
    }
    Part part = errors(quiet);
    assertThat(part.perRead()).isZero();
    assertThat(part.perSecond()).isCloseTo((8 - 1) / 20.0, within(1e-9));
  }

  @Test
  void tooShortAStretchTeachesNothingUntilTheNextReleaseAddsToIt() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 4; i++) {
      quiet = quiet.plus(counted(1), Set.of("errors"), TICK, i > 0);
    }
    Background before = background(0, 0.1);
    assertThat(quiet.learned(before)).isEqualTo(before);
    Quiet more = quiet.unlearned().plus(counted(1), Set.of("errors"), TICK, false);
    assertThat(more.learned(before).parts().get("errors")).isEqualTo(new Part(1, 0, 0.5));
    assertThat(more.learned(before).parts().get("latency"))
        .isEqualTo(before.parts().get("latency"));
  }

  @Test
  void failedRequestsOfAPodWithoutUsersAreNoHealthChecksOfAReadyPod() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 5; i++) {
      quiet = quiet.plus(Map.of("errors", new Sample.Rate(3, 4)), Set.of("errors"), TICK, i > 0);
    }
    assertThat(errors(quiet).seen()).isEqualTo(0.5);
  }

  private static Background background(double perRead, double perSecond) {
    Part part = new Part(perRead, perSecond, Math.min(3, perSecond + perRead / 2));
    return new Background(Map.of("errors", part, "latency", part));
  }

  private static Map<String, Sample> counted(double good) {
    return Map.of("errors", new Sample.Rate(0, good));
  }

  private static Part errors(Quiet quiet) {
    return quiet.learned(Background.none()).parts().getOrDefault("errors", new Part(0, 0, 0));
  }
}
