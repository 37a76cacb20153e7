package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.engine.model.Affinity;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.sequence.Rank;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes over the wire comes out as it went in. */
class WireTest {
  private static final JsonMapper JSON = Wire.json();
  private static final Split SPLIT =
      new Split(
          "orders-1",
          new Share(5),
          List.of(new Match.Header("x-canary", "always"), new Match.Cookie("canary", "yes")),
          Optional.of(new Affinity("track", Duration.ofHours(1))),
          Share.NONE);

  @Test
  void everyWriteSurvivesTheWire() throws Exception {
    List<Write> writes =
        List.of(
            new Write.Hold("1"),
            new Write.Release("h1", "2"),
            new Write.Pin("orders", "h1", 3, Rank.FORWARD, "4"),
            new Write.Unpin("orders", Optional.of("h2"), 1, "5"),
            new Write.SetSplit(SPLIT, "h2", 2, Rank.FORWARD, "6"),
            new Write.ClearSplit("h1", "7"),
            new Write.CreateSet("h2", "t2", 1),
            new Write.Resize("h2", 4, true, "8"),
            new Write.TakeOut("h1", "h2", Rank.HAND_OVER, "9"),
            new Write.GiveIn("h2", Rank.HAND_OVER, "10"),
            new Write.DeleteSet("h2", "11"),
            new Write.WriteTemplate("t1", "12"),
            new Write.ServeCandidate("h2"),
            new Write.DropCandidateService(),
            new Write.Preview(Optional.empty()),
            new Write.StartCheck("smoke"));
    assertThat(writes).hasSameSizeAs(Write.class.getPermittedSubclasses());
    for (Write write : writes) {
      String json = JSON.writerFor(Write.class).writeValueAsString(write);
      assertThat(JSON.readValue(json, Write.class)).as(json).isEqualTo(write);
    }
  }

  @Test
  void aWorldSurvivesTheWire() throws Exception {
    Objects objects =
        new Objects(Template.of("{\"image\":\"orders:1\"}"), 3, List.of("orders"), true);
    objects.checksOf("orders-1");
    objects.checked("orders-1", "smoke", new CheckResult.Failed("no answer"));
    World world = objects.world(Map.of(), Traffic.unknown(), Optional.of(new Served(0.25, 0.5)));
    assertThat(JSON.readValue(JSON.writeValueAsBytes(world), World.class)).isEqualTo(world);
  }
}
