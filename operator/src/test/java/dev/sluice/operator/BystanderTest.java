package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens hears all that the judge of a release reads, and nothing else. */
class BystanderTest extends LoopInMemory {
  private final List<String> begun = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private final List<Tick> past = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();

  @BeforeEach
  void listens() {
    bystander =
        new Listener() {
          @Override
          public void decided(Decided entry) {
            // Others listen to that.
          }

          @Override
          public void judgeBegins(Run run, List<Tick> known) {
            begun.add(run.id());
            past.clear();
            past.addAll(known);
          }

          @Override
          public void judgeRead(Run run, Tick tick, OptionalDouble weightAccuracy) {
            assertThat(weightAccuracy).isEqualTo(shop.weightAccuracy());
            read.add(run.id());
            ticks.add(tick);
          }
        };
  }

  @Test
  void whoeverFoldsWhatWasHeardComesToTheSameLedger() throws IOException {
    shop.errorRates.put("sv2", 0.004);
    Instant release = shop.instant().plus(Duration.ofMinutes(3));
    Instant end = release.plus(Duration.ofSeconds(45));
    List<Saved> last = new ArrayList<>();
    // One loop all along: what it knows of stable's past is not saved.
    until(
        saved -> {
          last.add(saved);
          if (saved.memory().run().isEmpty() && shop.instant().isAfter(release)) {
            shop.deploy("v2");
          }
          return stage(1).test(saved) && shop.instant().isAfter(end);
        });

    assertThat(past).as("of stable's past").hasSizeBetween(16, 18);
    assertThat(begun).containsExactly("orders-1");
    Analysis analysis = spec().analysis();
    Saved saved = last.getLast();
    Calibration calibration = Calibration.of(past, analysis);
    assertThat(saved.calibration()).isEqualTo(calibration);
    assertThat(calibration.known()).isTrue();
    Judge judge =
        new Judge(
            analysis, calibration, settings.tick(), saved.shown().arming(), shop.weightAccuracy());
    Ledger ledger = judge.empty();
    for (Tick tick : ticks) {
      ledger = ledger.fold(judge, tick);
    }
    assertThat(ledger.metrics()).isNotEmpty();
    assertThat(ledger).isEqualTo(saved.ledger());
  }

  @Test
  void betweenReleasesNothingIsHeardAndEachReleaseIsHeardByItsName() throws IOException {
    settle(Duration.ofMinutes(1));
    assertThat(begun).isEmpty();
    assertThat(ticks).isEmpty();
    for (String version : List.of("v2", "v3")) {
      shop.deploy(version);
      until(ended());
      assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
      until(saved -> saved.memory().warm().isEmpty());
      settle();
    }
    assertThat(begun).containsExactly("orders-1", "orders-2");
    assertThat(read).contains("orders-1", "orders-2").isSorted();
    assertThat(read.stream().distinct()).hasSize(2);
    assertThat(ticks).extracting(Tick::seq).isSorted().doesNotHaveDuplicates();
  }
}
