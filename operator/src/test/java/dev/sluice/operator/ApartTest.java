package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Background.Part;
import dev.sluice.engine.evidence.Quiet;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Track;
import dev.sluice.engine.world.Command;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health checks and scrapes of a service that does not tell them are learned, and left out. */
class ApartTest extends LoopInMemory {
  private static final Duration TICK = Duration.ofSeconds(2);

  private final List<Tick> ticks = new ArrayList<>();
  private final List<Tick> past = new ArrayList<>();

  @BeforeEach
  void aServiceThatCountsHealthChecksAsRequests() {
    shop.healthChecks = 2;
    bystander =
        new Listener() {
          @Override
          public void decided(Decided entry) {
            // Others listen to that.
          }

          @Override
          public void judgeBegins(Run run, List<Tick> known) {
            ticks.clear();
            past.clear();
            past.addAll(known);
          }

          @Override
          public void judgeRead(Run run, Tick tick, OptionalDouble weightAccuracy) {
            ticks.add(tick);
          }
        };
  }

  @Test
  void whatOneReleaseHearsBeforeItsFirstUserTheNextOnesJudgeLeavesOut() throws IOException {
    settle();
    released("v2", "orders-1");
    assertThat(saved().apart().judged().parts()).as("the first is judged as it counts").isEmpty();
    assertThat(perSecond(Track.STABLE)).isCloseTo(VirtualShop.RATE + 4 * 2.5, within(1.0));
    assertThat(saved().apart().unknown()).hasSize(1).first().asString().contains("in errors");
    Quiet.Heard heard = saved().apart().heard().metrics().getOrDefault("errors", NONE);
    assertThat(heard.seconds()).as("no more than it was without users").isBetween(20.0, 32.0);

    until(saved -> saved.memory().warm().isEmpty());
    settle(Duration.ofMinutes(3));
    released("v3", "orders-2");
    Part part = saved().apart().judged().parts().getOrDefault("errors", new Part(9, 9, 9));
    assertThat(part.perRead()).isEqualTo(1);
    assertThat(part.perSecond()).as("rather too few").isBetween(1.9, 2.0);
    assertThat(perSecond(Track.STABLE)).isCloseTo(VirtualShop.RATE, within(1.0));
    assertThat(saved().apart().unknown()).isEmpty();
    assertThat(saved().apart().known(TICK))
        .containsExactly(
            "errors: about 2.5 requests a second of each pod are health checks and scrapes that no"
                + " label tells; they are not counted.");
  }

  @Test
  void thePastThatAJudgeIsCalibratedByIsOnTheSameScale() throws IOException {
    settle();
    released("v2", "orders-1");
    until(saved -> saved.memory().warm().isEmpty());
    boolean[] begun = {false};
    Instant release = shop.instant().plus(Duration.ofMinutes(4));
    until(
        saved -> {
          if (!begun[0] && shop.instant().isAfter(release)) {
            begun[0] = true;
            shop.deploy("v3");
          }
          return begun[0] && stage(0).test(saved);
        });
    assertThat(past).hasSizeGreaterThan(10);
    for (Tick block : past) {
      assertThat(total(block, Track.STABLE) / (block.length().toMillis() / 1000.0))
          .isCloseTo(VirtualShop.RATE, within(1.0));
    }
  }

  @Test
  void aServiceWhoseLabelsTellThemIsJudgedAsItCounts() throws IOException {
    shop.healthChecks = 0;
    settle();
    released("v2", "orders-1");
    released("v3", "orders-2");
    assertThat(saved().apart()).isEqualTo(Apart.nothing());
    assertThat(perSecond(Track.STABLE)).isCloseTo(VirtualShop.RATE, within(0.5));
  }

  @Test
  void whoCallsPodsMoreThanAPlatformDoesIsSaidAndLeftIn() throws IOException {
    shop.healthChecks = 20;
    settle();
    released("v2", "orders-1");
    released("v3", "orders-2");
    assertThat(perSecond(Track.STABLE)).isCloseTo(VirtualShop.RATE + 4 * 20.5, within(2.0));
    assertThat(saved().apart().known(TICK)).hasSize(1).first().asString().contains("somebody else");
  }

  private static final Quiet.Heard NONE = new Quiet.Heard(0, 0, 0, 0, 0);

  /**
   * Stands for half a minute between being ready and its first user, then goes through; under one
   * loop, for what was heard since the last save is lost with it.
   */
  private void released(String version, String release) throws IOException {
    shop.deploy(version);
    List<Instant> paused = new ArrayList<>();
    boolean[] resumed = {false};
    until(
        saved -> {
          boolean begun = saved.memory().run().filter(r -> r.id().equals(release)).isPresent();
          if (begun && paused.isEmpty()) {
            paused.add(shop.instant());
            command(release, Command.Action.PAUSE);
          } else if (!paused.isEmpty() && !resumed[0]) {
            resumed[0] = shop.instant().isAfter(paused.getFirst().plusSeconds(30));
            assertThat(saved.memory().run().orElseThrow().phase()).isEqualTo(Phase.PREPARING);
            if (resumed[0]) {
              command(release, Command.Action.RESUME);
            }
          }
          return begun && ended().test(saved);
        });
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
  }

  private void command(String release, Command.Action action) {
    shop.commands.add(
        new Command(
            release + action,
            release,
            action,
            Optional.empty(),
            "ann",
            Set.of(),
            "",
            shop.instant()));
  }

  private Saved saved() {
    return store.last.orElseThrow();
  }

  /**
   * Requests that the judge was told of, of both versions or, of one, of its share of the users.
   */
  private double perSecond(Track track) {
    List<Tick> whole = ticks.stream().filter(t -> t.stage().equals("small")).toList();
    double seconds = whole.stream().mapToDouble(t -> t.length().toMillis() / 1000.0).sum();
    double all = whole.stream().mapToDouble(t -> total(t, track)).sum() / seconds;
    double users = track == Track.STABLE ? 0.95 : 0.05;
    return all + (1 - users) * VirtualShop.RATE;
  }

  private static double total(Tick tick, Track track) {
    double total = 0;
    for (var pod : tick.pods()) {
      Map<String, Sample> metrics = pod.metrics();
      if (pod.track() == track && metrics.get("errors") instanceof Sample.Rate rate) {
        total += rate.total();
      }
    }
    return total;
  }
}
