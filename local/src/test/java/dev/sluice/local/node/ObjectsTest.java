package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.sequence.Rank;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The objects follow the rules of a paused Deployment. */
class ObjectsTest {
  private static final Template V1 = Template.of("{\"image\":\"orders:1\"}");
  private static final Template V2 = Template.of("{\"image\":\"orders:2\"}");
  private static final String OLD = "s" + V1.fingerprint();
  private static final String NEW = "s" + V2.fingerprint();
  private final Objects objects = new Objects(V1, 3, List.of("orders"), true);

  @Test
  void aTemplateIsTheSameWhateverTheOrderOfItsMembers() {
    assertThat(Template.of("{\"a\":1,\"b\":{\"d\":2,\"c\":3}}"))
        .isEqualTo(Template.of("{\"b\": {\"c\": 3, \"d\": 2}, \"a\": 1}"));
    assertThatThrownBy(() -> Template.of("[]")).isInstanceOf(BadRequest.class);
  }

  @Test
  void aChangeOfTemplateHoldsInThatSameWrite() {
    objects.deploy(V2);
    assertThat(world().workload().held()).isTrue();
    assertThat(world().workload().template()).isEqualTo(V2.fingerprint());
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 3));
  }

  @Test
  void theSameTemplateAgainHoldsNothing() {
    objects.deploy(V1);
    assertThat(world().workload().held()).isFalse();
  }

  @Test
  void theSetInTheDeploymentFollowsItsReplicasAndTheOthersDoNot() {
    candidate(1);
    objects.scale(5);
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 5, NEW, 1));
    objects.scale(0);
    objects.scale(4);
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 4, NEW, 1));
  }

  @Test
  void aWriteAgainstAnObjectThatMovedOnIsAConflictAndChangesNothing() {
    String seen = world().workload().version();
    objects.deploy(V2);
    assertThat(apply(new Write.Hold(seen))).isInstanceOf(Outcome.Conflict.class);
    String pinned = world().entryPoints().getFirst().version();
    Write pin = new Write.Pin("orders", OLD, 0, Rank.PROTECT, pinned);
    assertThat(apply(pin)).isInstanceOf(Outcome.Applied.class);
    assertThat(apply(pin)).isInstanceOf(Outcome.Conflict.class);
    assertThat(world().allPinnedTo(OLD)).isTrue();
  }

  @Test
  void thePreconditionIsAskedOfTheWorldAsItIs() {
    objects.deploy(V2);
    assertThat(apply(new Write.CreateSet(NEW, V2.fingerprint(), 1)))
        .as("nothing is pinned yet")
        .isInstanceOf(Outcome.Conflict.class);
  }

  @Test
  void withoutARouteTheCandidateIsWhoTheFlipLeadsTo() {
    candidate(3);
    assertThat(objects.candidate()).as("stable is pinned").isEmpty();
    pin(NEW);
    assertThat(objects.candidate()).hasValue(NEW);
    applied(new Write.TakeOut(OLD, NEW, Rank.HAND_OVER, set(OLD).version()));
    applied(new Write.GiveIn(NEW, Rank.HAND_OVER, set(NEW).version()));
    assertThat(objects.candidate()).as("it is stable by now").isEmpty();
  }

  @Test
  void aHandOverEndsWithTheCandidatesSetInTheDeployment() {
    candidate(3);
    pin(NEW);
    applied(new Write.TakeOut(OLD, NEW, Rank.HAND_OVER, set(OLD).version()));
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 3, NEW, 3));
    objects.scale(4);
    assertThat(objects.wanted()).as("no set is the Deployment's").isEqualTo(Map.of(OLD, 3, NEW, 3));
    applied(new Write.GiveIn(NEW, Rank.HAND_OVER, set(NEW).version()));
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 3, NEW, 4));
    applied(new Write.Release(NEW, world().workload().version()));
    assertThat(world().workload().held()).isFalse();
    applied(new Write.Resize(OLD, 0, false, set(OLD).version()));
    applied(new Write.GiveIn(OLD, Rank.RESTORE, set(OLD).version()));
    assertThat(objects.wanted()).isEqualTo(Map.of(OLD, 0, NEW, 4));
  }

  @Test
  void aSplitIsWrittenAndTakenAway() {
    candidate(1);
    applied(new Write.ServeCandidate(NEW));
    Split split = new Split("orders-1", Share.percent(5), List.of(), Optional.empty(), Share.NONE);
    applied(new Write.SetSplit(split, NEW, 1, Rank.FORWARD, route()));
    assertThat(world().splitReachesCandidate()).isTrue();
    applied(new Write.SetSplit(split.allStable(), NEW, 0, Rank.WAY_BACK, route()));
    applied(new Write.ClearSplit(OLD, route()));
    assertThat(world().route().orElseThrow().split()).isEmpty();
  }

  @Test
  void resultsOfAnotherReleasesChecksCountForNothing() {
    objects.checksOf("orders-1");
    objects.checked("orders-1", "smoke", new CheckResult.Passed());
    objects.checksOf("orders-2");
    objects.checked("orders-1", "late", new CheckResult.Passed());
    assertThat(world().checks()).isEmpty();
  }

  @Test
  void commandsAndHistoryAreBounded() {
    for (int i = 0; i < 200; i++) {
      objects.command(
          new Command(
              "c" + i,
              "orders-1",
              Command.Action.PAUSE,
              Optional.empty(),
              "ann",
              Set.of(),
              "",
              Instant.EPOCH));
    }
    assertThat(world().commands()).hasSize(Objects.COMMANDS);
    assertThat(world().commands().getLast().id()).isEqualTo("c199");
  }

  private void candidate(int size) {
    objects.deploy(V2);
    pin(OLD);
    applied(new Write.CreateSet(NEW, V2.fingerprint(), size));
  }

  private void pin(String hash) {
    String version = world().entryPoints().getFirst().version();
    applied(new Write.Pin("orders", hash, 0, Rank.PROTECT, version));
  }

  private void applied(Write write) {
    assertThat(apply(write)).as(write.toString()).isInstanceOf(Outcome.Applied.class);
  }

  private Outcome apply(Write write) {
    return objects.apply(write, world());
  }

  private String route() {
    return world().route().orElseThrow().version();
  }

  private PodSet set(String hash) {
    return world().set(hash).orElseThrow();
  }

  /** Every wanted pod is ready. */
  private World world() {
    Map<String, Objects.Seen> pods = new HashMap<>();
    objects
        .wanted()
        .forEach((hash, size) -> pods.put(hash, new Objects.Seen(size, size, Optional.empty())));
    return objects.world(pods, Traffic.unknown(), Optional.empty());
  }
}
