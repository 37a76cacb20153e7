package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How counters that only grow, and sometimes start anew, become counts of a tick. */
class DeltasTest {
  private static final Set<String> POD = Set.of("a");

  @Test
  void aPodThatIsSeenForTheFirstTimeContributesNothing() {
    Deltas first = Deltas.between(RawCounters.none(), POD, errors(7, 900));
    assertThat(first.samples()).isEqualTo(Map.of("a", Map.of()));
  }

  @Test
  void whatCameSinceTheLastReadingIsCounted() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, errors(7, 900)).next();
    assertThat(Deltas.between(before, POD, errors(9, 1000)).samples())
        .isEqualTo(Map.of("a", Map.of("errors", new Sample.Rate(2, 100))));
  }

  @Test
  void aCounterThatWentBackWasResetAndAllOfItIsNew() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, errors(7, 900)).next();
    assertThat(Deltas.between(before, POD, errors(3, 40)).samples())
        .isEqualTo(Map.of("a", Map.of("errors", new Sample.Rate(3, 40))));
    assertThat(Deltas.between(before, POD, errors(3, 950)).samples())
        .isEqualTo(Map.of("a", Map.of("errors", new Sample.Rate(3, 950))));
  }

  @Test
  void aMissedReadingIsCoveredByTheNext() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, errors(7, 900)).next();
    Deltas missed = Deltas.between(before, POD, Map.of());
    assertThat(missed.samples()).isEqualTo(Map.of("a", Map.of()));
    assertThat(Deltas.between(missed.next(), POD, errors(8, 1100)).samples())
        .isEqualTo(Map.of("a", Map.of("errors", new Sample.Rate(1, 200))));
  }

  @Test
  void aPodThatIsGoneIsForgottenAndBeginsAnewWhenItsNameReturns() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, errors(7, 900)).next();
    Deltas gone = Deltas.between(before, Set.of(), Map.of());
    assertThat(gone.samples()).isEmpty();
    assertThat(gone.next()).isEqualTo(RawCounters.none());
    assertThat(Deltas.between(gone.next(), POD, errors(9, 1000)).samples().get("a")).isEmpty();
  }

  @Test
  void histogramsAreComparedBucketByBucket() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, latency(5, 9, 10)).next();
    Map<String, Map<String, Sample>> samples =
        Deltas.between(before, POD, latency(8, 14, 16)).samples();
    assertThat(samples.get("a")).containsEntry("latency", new Sample.Buckets(le(3, 5, 6)));
  }

  @Test
  void aHistogramWithOtherBoundsIsAnotherSeries() {
    RawCounters before = Deltas.between(RawCounters.none(), POD, latency(5, 9, 10)).next();
    Reading other = new Reading(List.of(0.2), List.of(9.0, 20.0));
    assertThat(Deltas.between(before, POD, Map.of("a", Map.of("latency", other))).samples())
        .isEqualTo(Map.of("a", Map.of()));
  }

  @Test
  void rawCountersSurviveBeingStored() throws JsonProcessingException {
    JsonMapper json = new JsonMapper();
    RawCounters raw =
        Deltas.between(
                RawCounters.none(), Set.of("a", "b"), Map.of("a", latency(5, 9, 10).get("a")))
            .next();
    assertThat(json.readValue(json.writeValueAsString(raw), RawCounters.class)).isEqualTo(raw);
  }

  @Test
  void aReadingWithTooFewValuesIsRefusedWithASentence() {
    assertThatThrownBy(() -> new Reading(List.of(0.1, 0.5), List.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 bounds cannot have 2 values");
  }

  @Test
  void aLevelIsReadAsItIsAndNotAsADifference() {
    Map<String, Map<String, Reading>> busy = Map.of("a", Map.of("busy", Reading.level(0.4)));
    Deltas first = Deltas.between(RawCounters.none(), Set.of("a"), busy);
    Deltas second = Deltas.between(first.next(), Set.of("a"), busy);
    assertThat(second.samples().get("a")).containsEntry("busy", new Sample.Gauge(0.4));
  }

  @Test
  void aRateThatBecomesALevelBeginsAnew() {
    Deltas first = Deltas.between(RawCounters.none(), Set.of("a"), errors(1, 2));
    Deltas second =
        Deltas.between(
            first.next(), Set.of("a"), Map.of("a", Map.of("errors", Reading.level(0.4))));
    assertThat(second.samples().get("a")).isEmpty();
  }

  private static Map<String, Map<String, Reading>> errors(double bad, double total) {
    return Map.of("a", Map.of("errors", Reading.rate(bad, total)));
  }

  private static Map<String, Map<String, Reading>> latency(double... counts) {
    return Map.of("a", Map.of("latency", Reading.histogram(le(counts))));
  }

  private static SortedMap<Double, Double> le(double... counts) {
    SortedMap<Double, Double> le = new TreeMap<>();
    le.put(0.1, counts[0]);
    le.put(0.5, counts[1]);
    le.put(Double.POSITIVE_INFINITY, counts[2]);
    return le;
  }
}
