package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who answers, from objects and ready pods alone. */
class RoutesTest {
  private static final Backend OLD = new Backend("h1", "a", 1);
  private static final Backend NEW = new Backend("h2", "b", 2);
  private static final Split SPLIT =
      new Split("orders-1", Share.percent(5), List.of(), Optional.empty(), Share.NONE);

  @Test
  void anEntryPointThatIsNotPinnedSelectsEveryReadyPod() {
    assertThat(routes(null, null, null, null).root()).containsExactly(OLD, NEW);
  }

  @Test
  void aPinnedOneSelectsItsSetAlone() {
    assertThat(routes("h1", null, null, null).root()).containsExactly(OLD);
    assertThat(routes("h2", null, null, null).root()).containsExactly(NEW);
    assertThat(routes("gone", null, null, null).root()).isEmpty();
  }

  @Test
  void theCandidatesServiceAndThePreviewSelectTheirOwn() {
    Routes routes = routes("h1", "h2", "h2", SPLIT);
    assertThat(routes.candidate()).containsExactly(NEW);
    assertThat(routes.preview()).containsExactly(NEW);
    assertThat(routes.split()).contains(SPLIT);
  }

  @Test
  void aSplitWithoutACandidatesServiceSendsNobodyToNobody() {
    assertThat(routes("h1", null, null, SPLIT).split()).isEmpty();
  }

  @Test
  void onlyWhoDividesDifferentlyBeginsTheCountAnew() {
    Routes before = routes("h1", "h2", null, SPLIT);
    Routes another =
        new Routes(
            List.of(OLD, new Backend("h1", "c", 3)), List.of(NEW), before.split(), List.of());
    assertThat(before.dividesLike(another)).isTrue();
    assertThat(before.dividesLike(routes("h2", "h2", null, SPLIT))).isFalse();
    assertThat(before.dividesLike(routes("h1", "h2", null, SPLIT.allStable()))).isFalse();
  }

  private static Routes routes(
      @Nullable String pin,
      @Nullable String service,
      @Nullable String preview,
      @Nullable Split split) {
    return Routes.of(
        Optional.ofNullable(pin),
        Optional.ofNullable(service),
        Optional.ofNullable(preview),
        Optional.ofNullable(split),
        List.of(OLD, NEW));
  }
}
