package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.admission.AdmissionPolicies;
import dev.sluice.kubernetes.admission.Guard;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Sleeper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Given Sluice's admission policies as they are, what holds, and what is said of it. */
class HoldingTest {
  private static final Workload ORDERS =
      new Workload(
          "shop",
          "orders",
          "orders",
          List.of("orders"),
          Optional.empty(),
          Optional.empty(),
          Marks.POLICY);
  private static final List<GenericKubernetesResource> INSTALLED =
      AdmissionPolicies.all("sluice-system", Optional.empty());

  private final List<String> said = new ArrayList<>();
  private final Guard guard = new Guard(Optional.empty());
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private Optional<String> idle = Optional.empty();
  private final Holding holding = holding(Optional.of(guard));

  @Test
  void given_policies_that_act_when_it_begins_then_the_api_server_holds_and_nothing_is_said() {
    guard.look(INSTALLED);
    holding.look();
    assertThat(holding.get()).isInstanceOf(Marking.ByAdmission.class);
    assertThat(said).isEmpty();
    assertThat(holding.told().orElseThrow().holds()).isTrue();
  }

  @Test
  void given_policies_that_do_not_act_yet_when_it_begins_then_a_pause_holds_until_they_do()
      throws Exception {
    guard.look(INSTALLED);
    idle = Optional.of("this API server does not act by sluice-hold yet");
    holding.look();
    assertThat(holding.get()).isInstanceOf(Marking.Written.class);
    assertThat(said).singleElement().asString().contains("does not act by sluice-hold yet");

    idle = Optional.empty();
    passes(Duration.ofSeconds(4));
    assertThat(holding.get()).isInstanceOf(Marking.ByAdmission.class);
    assertThat(said).last().asString().startsWith("says policies-act");
  }

  @Test
  void given_a_binding_that_is_deleted_then_a_pause_holds_at_once_and_it_is_said_once() {
    guard.look(INSTALLED);
    holding.look();
    guard.look(without("sluice-hold"));
    holding.look();
    holding.look();
    assertThat(holding.get()).isInstanceOf(Marking.Written.class);
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("warns policies-missing")
        .contains("MutatingAdmissionPolicyBinding sluice-hold is missing", "sluice install");
    assertThat(holding.told().orElseThrow().reason().sentence()).contains("sluice-hold");
  }

  @Test
  void given_policies_that_are_back_then_the_api_server_holds_again_when_they_have_acted_a_while()
      throws Exception {
    guard.look(INSTALLED);
    holding.look();
    guard.look(without("sluice-pin"));
    holding.look();
    guard.look(INSTALLED);
    idle = Optional.of("this API server does not act by sluice-pin yet");
    holding.look();
    assertThat(holding.get()).as("not known to act").isInstanceOf(Marking.Written.class);

    idle = Optional.empty();
    passes(Duration.ofSeconds(1));
    assertThat(holding.get()).as("another one may not act").isInstanceOf(Marking.Written.class);
    passes(Duration.ofSeconds(2));
    assertThat(holding.get()).isInstanceOf(Marking.ByAdmission.class);
    assertThat(said).hasSize(2);
    assertThat(said.getLast()).startsWith("says policies-act").contains("holds again");
  }

  @Test
  void given_policies_that_went_and_came_while_nobody_looked_then_they_have_to_act_first()
      throws Exception {
    guard.look(INSTALLED);
    holding.look();
    guard.look(List.of());
    guard.look(INSTALLED);
    holding.look();
    assertThat(holding.get()).isInstanceOf(Marking.Written.class);
    passes(Duration.ofSeconds(3));
    assertThat(holding.get()).isInstanceOf(Marking.ByAdmission.class);
  }

  @Test
  void given_a_pause_as_it_was_asked_for_then_nothing_is_said_of_policies() {
    Holding pauses = holding(Optional.empty());
    pauses.look();
    assertThat(pauses.get()).isInstanceOf(Marking.Written.class);
    assertThat(pauses.told()).isEmpty();
    assertThat(said).isEmpty();
  }

  @Test
  void while_it_is_waited_for_policies_to_act_nobody_sleeps_for_long() throws Exception {
    guard.look(INSTALLED);
    idle = Optional.of("it does not act yet");
    holding.look();
    assertThat(slept()).isEqualTo(Holding.EACH);
    idle = Optional.empty();
    now = now.plusSeconds(4);
    assertThat(slept()).as("they act, and something is to be done").isEqualTo(Duration.ZERO);
    assertThat(slept()).isEqualTo(Duration.ofSeconds(30));
    guard.look(List.of());
    holding.look();
    assertThat(slept()).as("a watch wakes it").isEqualTo(Duration.ofSeconds(30));
  }

  /** As a loop does: it looks, and then sleeps for a while. */
  private void passes(Duration time) throws InterruptedException {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      now = now.plus(Holding.EACH);
      holding.look();
      slept();
    }
  }

  /** How long it is slept where nothing else is to be done; zero: not at all. */
  private Duration slept() throws InterruptedException {
    List<Duration> slept = new ArrayList<>(List.of(Duration.ZERO));
    holding
        .trying(
            new Sleeper() {
              @Override
              public void sleep(Duration atMost) {
                slept.add(atMost);
              }

              @Override
              public void wake() {}
            })
        .sleep(Duration.ofSeconds(30));
    return slept.getLast();
  }

  private static List<GenericKubernetesResource> without(String name) {
    return INSTALLED.stream()
        .filter(o -> !(o.getMetadata().getName().equals(name) && o.getKind().endsWith("Binding")))
        .toList();
  }

  private Holding holding(Optional<Guard> ofThat) {
    return new Holding(
        ofThat,
        () -> idle,
        Marking.byAdmission(ORDERS),
        Marking.written(ORDERS),
        new Heard(),
        () -> now);
  }

  private final class Heard implements PolicyLoop.Audience {
    @Override
    public Listener listener() {
      return (Decided _) -> {};
    }

    @Override
    public void says(String code, String sentence) {
      said.add("says " + code + ": " + sentence);
    }

    @Override
    public void warns(String code, String sentence) {
      said.add("warns " + code + ": " + sentence);
    }
  }
}
