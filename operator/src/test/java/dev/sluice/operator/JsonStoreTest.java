package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Yes;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Clumps;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.Onset;
import dev.sluice.engine.evidence.PodSums;
import dev.sluice.engine.evidence.Quiet;
import dev.sluice.engine.evidence.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state in a file: all of it, whole or not at all, and never another version's. */
class JsonStoreTest {
  @TempDir Path folder;

  @Test
  void everyStateOfAReleaseIsReadBackAsItWas() throws Exception {
    Path file = folder.resolve("state.json");
    VirtualShop shop = new VirtualShop();
    shop.errorRates.put("sv3", 0.3);
    try (JsonStore files = JsonStore.open(file)) {
      Store compared =
          new Store() {
            @Override
            public Optional<Saved> load() throws IOException {
              return files.load();
            }

            @Override
            public void save(Saved saved) throws IOException {
              files.save(saved);
              assertThat(files.load()).contains(saved);
            }

            @Override
            public void guard() {}

            @Override
            public void publish() {
              files.publish();
            }
          };
      ControlLoop loop = loop(shop, compared);
      shop.deploy("v2");
      loop.runUntil(s -> s.memory().run().filter(r -> r.phase() == Phase.SUCCEEDED).isPresent());
      shop.deploy("v3");
      loop.runUntil(s -> s.memory().run().filter(r -> r.phase() == Phase.ABORTED).isPresent());
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.size(file)).isLessThan(100_000);
  }

  @Test
  void aStateOfTheFormBeforeIsReadAsOneThatKnowsLess() throws Exception {
    VirtualShop shop = new VirtualShop();
    MemoryStore store = new MemoryStore();
    ControlLoop loop = loop(shop, store);
    shop.deploy("v2");
    Saved now =
        loop.runUntil(s -> s.memory().run().filter(r -> r.enough().isPresent()).isPresent());

    ObjectNode before = SavedJson.NAMED.valueToTree(now);
    before.put("schema", 1);
    ObjectNode run = (ObjectNode) before.at("/memory/run");
    run.remove("enough");
    run.putArray("approved").add("half");
    Saved read = SavedJson.read(before.toString(), "a state of the form before");
    assertThat(read.schema()).isEqualTo(Saved.SCHEMA);
    assertThat(read.memory().run().orElseThrow().enough()).isEmpty();
    assertThat(read.memory().run().orElseThrow().approved())
        .containsExactly(new Yes("half", "somebody", now.memory().run().orElseThrow().since()));
    assertThat(read.memory().run().orElseThrow().progress())
        .isEqualTo(now.memory().run().orElseThrow().progress());
    assertThat(read.decisions()).isEqualTo(now.decisions());
  }

  @Test
  void aStateThatKnowsNothingOfHealthChecksIsReadWithAllElseThatItKnows() throws Exception {
    isReadWithout(5, "", "apart");
  }

  @Test
  void aLedgerFromBeforeStableWasAskedIsReadAsOneThatAskedNothing() throws Exception {
    isReadWithout(6, "/ledger", "switchback");
  }

  @Test
  void aStateFromBeforeStablesPastWasKeptIsReadAsOneThatKnowsNoneAndLosesNothingElse()
      throws Exception {
    isReadWithout(7, "", "past");
  }

  @Test
  void whatIsKnownOfStableIsReadBackAsItWasAndTakesLittleRoom() throws Exception {
    VirtualShop shop = new VirtualShop();
    Instant end = shop.instant().plus(Duration.ofMinutes(35));
    Saved now = loop(shop, new MemoryStore()).runUntil(_ -> shop.instant().isAfter(end));
    Past known = now.past().orElseThrow();
    assertThat(known.calibration().known()).isTrue();
    assertThat(SavedJson.read(SavedJson.text(now), "a state")).isEqualTo(now);
    Saved without = now.learned(now.shown(), Optional.empty());
    assertThat(SavedJson.write(now).length - SavedJson.write(without).length).isLessThan(600);
  }

  @Test
  void aLedgerThatNamesAllItsNumbersIsReadAsItIs() throws Exception {
    Saved now = baking();
    ObjectNode before = SavedJson.NAMED.valueToTree(now);
    before.put("schema", 8);
    assertThat(SavedJson.read(before.toString(), "a state of the form before"))
        .isEqualTo(asBeforeForm10(now));
    String text = SavedJson.text(now);
    assertThat(text.length()).isLessThan(before.toString().length());
    assertThatThrownBy(() -> SavedJson.read(text.replace("[\"errors\",", "["), "a state"))
        .isInstanceOf(StateRefused.class)
        .hasMessageContaining("damaged");
  }

  /** What a form did not have yet is nothing in a release that has not come to it either. */
  private static void isReadWithout(int schema, String in, String field) throws Exception {
    Saved now = baking();
    ObjectNode before = SavedJson.NAMED.valueToTree(now);
    before.put("schema", schema);
    assertThat(((ObjectNode) before.at(in)).remove(field)).isNotNull();
    assertThat(SavedJson.read(before.toString(), "a state of the form before"))
        .isEqualTo(asBeforeForm10(now));
  }

  /** Without what is known of how stable's bad events clump, and of how harm came. */
  private static Saved asBeforeForm10(Saved now) {
    Ledger l = now.ledger();
    Ledger less =
        new Ledger(
            l.seq(),
            l.stage(),
            l.observed(),
            l.perMille(),
            l.metrics(),
            l.levels(),
            l.deficit(),
            l.traffic(),
            l.candidateResponses(),
            l.stableResponses(),
            l.candidateSilence(),
            l.stableSilence(),
            new PodSums(l.pods().pods(), l.pods().rows(), l.pods().sums(), List.of(), 0),
            new Clumps(List.of()),
            Onset.none(),
            l.switchback());
    return now.read(now.seq(), less, now.counters(), now.readAt());
  }

  @Test
  void aReleaseGoesOnFromAStateThatKnowsNothingOfClumps() throws Exception {
    VirtualShop shop = new VirtualShop();
    MemoryStore store = new MemoryStore();
    shop.deploy("v2");
    Saved now =
        loop(shop, store)
            .runUntil(s -> s.memory().run().filter(r -> r.phase() == Phase.BAKING).isPresent());
    store.save(asBeforeForm10(now));
    Saved end =
        loop(shop, store)
            .runUntil(s -> s.memory().run().filter(r -> r.phase() == Phase.SUCCEEDED).isPresent());
    assertThat(end.ledger().clumps()).isNotEqualTo(new Clumps(List.of()));
  }

  private static Saved baking() throws Exception {
    VirtualShop shop = new VirtualShop();
    ControlLoop loop = loop(shop, new MemoryStore());
    shop.deploy("v2");
    return loop.runUntil(s -> s.memory().run().filter(r -> r.phase() == Phase.BAKING).isPresent());
  }

  @Test
  void whatIsKnownOfHealthChecksIsReadBackAsItWas() throws Exception {
    VirtualShop shop = new VirtualShop();
    Saved now = loop(shop, new MemoryStore()).runUntil(_ -> true);
    Quiet quiet =
        Quiet.nothing()
            .plus(
                Map.of("errors", new Sample.Rate(0, 3.5)),
                Set.of("errors"),
                Duration.ofSeconds(2),
                false);
    Background known = new Background(Map.of("latency", new Background.Part(1, .123456789, .7)));
    Saved heard = now.with(new Apart(known, quiet, Set.of("errors", "latency")));
    assertThat(SavedJson.read(SavedJson.text(heard), "a state")).isEqualTo(heard);
  }

  @Test
  void aStateOfANewerFormIsRefusedAndLeftUntouched() throws Exception {
    String newer = "{\"schema\": %d, \"anything\": []}".formatted(Saved.SCHEMA + 1);
    Path file = Files.writeString(folder.resolve("state.json"), newer);
    try (JsonStore store = JsonStore.open(file)) {
      assertThatThrownBy(store::load)
          .isInstanceOf(StateRefused.class)
          .hasMessageContaining(
              "newer Sluice (form %d, this one knows %d)"
                  .formatted(Saved.SCHEMA + 1, Saved.SCHEMA));
    }
    assertThat(file).hasContent(newer);
  }

  @Test
  void aDamagedStateIsRefusedAndLeftUntouched() throws Exception {
    for (String damaged : new String[] {"", "{\"schema\": 1, \"mem", "{\"schema\": 1}", "[]"}) {
      Path file = Files.writeString(folder.resolve("state.json"), damaged);
      try (JsonStore store = JsonStore.open(file)) {
        assertThatThrownBy(store::load)
            .as(damaged)
            .isInstanceOf(StateRefused.class)
            .hasMessageContaining("damaged")
            .hasMessageContaining("left untouched");
      }
      assertThat(file).hasContent(damaged);
    }
  }

  @Test
  void aRestOfASaveThatWasCutOffDoesNoHarm() throws Exception {
    Path file = folder.resolve("state.json");
    Files.writeString(folder.resolve("state.json.next"), "{\"schema\": 1, \"mem");
    try (JsonStore store = JsonStore.open(file)) {
      assertThat(store.load()).isEmpty();
      MemoryStore memory = new MemoryStore();
      VirtualShop shop = new VirtualShop();
      new ControlLoop(
              "orders",
              LoopInMemory.spec(),
              new ControlLoop.Ports(shop, shop, shop, memory),
              Settings.defaults(),
              new ControlLoop.Clockwork(shop, shop, new Random(1)),
              _ -> {})
          .pass();
      store.save(memory.last.orElseThrow());
      assertThat(store.load()).isEqualTo(memory.last);
    }
  }

  @Test
  void twoNeverWorkOnOneState() throws Exception {
    Path file = folder.resolve("state.json");
    try (JsonStore _ = JsonStore.open(file)) {
      assertThatThrownBy(() -> JsonStore.open(file))
          .isInstanceOf(StateRefused.class)
          .hasMessageContaining("Another process works on");
    }
    JsonStore.open(file).close();
  }

  private static ControlLoop loop(VirtualShop shop, Store store) throws IOException {
    return new ControlLoop(
        "orders",
        LoopInMemory.spec(),
        new ControlLoop.Ports(shop, shop, shop, store),
        Settings.defaults(),
        new ControlLoop.Clockwork(shop, shop, new Random(1)),
        _ -> {});
  }
}
