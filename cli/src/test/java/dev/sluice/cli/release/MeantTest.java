package dev.sluice.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Views;
import dev.sluice.engine.decide.Phase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever is on call never acts on something they did not mean. */
class MeantTest {
  private static final SmallScene ONE =
      new SmallScene(
          List.of(Views.running("web", "web-2", Phase.SHIFTING)),
          List.of(
              Views.release("web", "web-2", Phase.SHIFTING, 1),
              Views.release("web", "web-1", Phase.SUCCEEDED, 1)));
  private static final SmallScene TWO =
      new SmallScene(
          List.of(Views.idle("orders"), Views.idle("web-1")),
          List.of(Views.release("web", "web-1", Phase.SUCCEEDED, 1)));

  @Test
  void without_a_name_the_only_policy_is_meant() throws Exception {
    assertThat(Meant.by(Optional.empty(), ONE)).isInstanceOf(Meant.APolicy.class);
  }

  @Test
  void of_two_policies_one_must_be_named() {
    assertThat(refused("", TWO))
        .isEqualTo("There are 2 policies in the namespace shop: name one of orders, web-1.");
  }

  @Test
  void where_there_is_none_that_is_said() {
    assertThat(refused("", new SmallScene(List.of(), List.of())))
        .isEqualTo("There is no ReleasePolicy in the namespace shop.");
  }

  @Test
  void a_release_is_named_too_and_it_is_known_whether_it_is_the_last() throws Exception {
    assertThat(((Meant.ARelease) Meant.by(Optional.of("web-2"), ONE)).isLast()).isTrue();
    assertThat(((Meant.ARelease) Meant.by(Optional.of("web-1"), ONE)).isLast()).isFalse();
  }

  @Test
  void a_name_of_both_is_not_guessed() throws Exception {
    assertThat(refused("web-1", TWO))
        .isEqualTo("web-1 is a policy, and a release of web. Write policy/web-1 or release/web-1.");
    assertThat(Meant.by(Optional.of("policy/web-1"), TWO)).isInstanceOf(Meant.APolicy.class);
    assertThat(Meant.by(Optional.of("release/web-1"), TWO)).isInstanceOf(Meant.ARelease.class);
  }

  @Test
  void a_name_of_nothing_is_answered_with_the_nearest() {
    assertThat(refused("order", TWO))
        .isEqualTo(
            "In the namespace shop is neither a policy nor a release order. Did you mean orders?");
    assertThat(refused("pod/web", ONE)).isEqualTo("pod/web is neither policy/web nor release/web.");
  }

  private static String refused(String name, SmallScene scene) {
    Failed failed =
        catchThrowableOfType(
            Failed.class, () -> Meant.by(Optional.of(name).filter(n -> !n.isEmpty()), scene));
    assertThat(failed.exit()).isEqualTo(2);
    return String.valueOf(failed.getMessage());
  }
}
