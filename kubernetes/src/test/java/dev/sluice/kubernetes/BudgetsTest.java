package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpecBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many of a smaller set must stay. */
class BudgetsTest {
  @ParameterizedTest(name = "at least {0} of {1}: of {2}, {3} stay")
  @CsvSource({
    "3,    4,  4, 3",
    "3,    4,  2, 1",
    "3,    4,  1, 1",
    "4,    4,  2, 2",
    "75%,  4,  2, 1",
    "80%, 10,  4, 3",
    "80%, 10, 10, 8",
    "50%, 10,  4, 2",
    "1,    4,  1, 1",
    "1,    4,  2, 1",
    "0,    4,  2, 1",
    "5,    4,  4, 4",
    "1,    4,  0, 0",
    "1,    0,  2, 2",
  })
  void as_large_a_part_may_go_but_never_the_last(String min, int full, int size, int stay) {
    assertThat(
            Budgets.stay(
                new PodDisruptionBudgetSpecBuilder().withMinAvailable(said(min)).build(),
                full,
                size))
        .isEqualTo(stay);
  }

  @ParameterizedTest(name = "at most {0} of {1} may go: of {2}, {3} stay")
  @CsvSource({
    "1,    4, 4, 3",
    "1,    4, 2, 1",
    "1,    4, 1, 1",
    "0,    4, 2, 2",
    "25%,  4, 4, 3",
    "25%, 10, 5, 4",
    "100%, 4, 3, 1",
  })
  void a_budget_may_say_how_many_go(String max, int full, int size, int stay) {
    assertThat(
            Budgets.stay(
                new PodDisruptionBudgetSpecBuilder().withMaxUnavailable(said(max)).build(),
                full,
                size))
        .isEqualTo(stay);
  }

  @Test
  void one_that_says_nothing_lets_nobody_go() {
    assertThat(Budgets.stay(new PodDisruptionBudgetSpec(), 4, 2)).isEqualTo(2);
  }

  private static IntOrString said(String text) {
    return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.valueOf(text));
  }
}
