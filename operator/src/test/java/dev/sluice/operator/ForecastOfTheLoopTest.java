package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.forecast.Forecast;
import dev.sluice.engine.forecast.Situation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is forecast of a release is what the loop does in a world that has its own ways. */
class ForecastOfTheLoopTest extends LoopInMemory {
  @Test
  void the_loop_writes_what_was_forecast_in_that_order() throws IOException {
    List<String> forecast =
        Forecast.earliest(
                new Situation(
                    "orders",
                    spec(),
                    VirtualShop.REPLICAS,
                    List.of("orders"),
                    Duration.ofSeconds(2),
                    Optional.empty()))
            .parts()
            .stream()
            .flatMap(p -> p.writes().stream())
            .map(w -> w.getClass().getSimpleName())
            .toList();

    settle();
    shop.deploy("v2");
    until(ended());
    until(saved -> saved.memory().warm().isEmpty());
    settle();

    assertThat(shop.effects).containsExactlyElementsOf(forecast);
  }
}
