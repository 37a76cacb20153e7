package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** A control loop over a {@link VirtualShop}, on the shop's clock, and what it decided and said. */
abstract class LoopInMemory {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  final VirtualShop shop = new VirtualShop();
  final MemoryStore store = new MemoryStore();
  final List<String> decided = new ArrayList<>();
  final List<String> troubles = new ArrayList<>();
  List<Metric> metrics = List.of(Metric.errors());
  Settings settings = Settings.defaults();
  Listener bystander = Listener.all();

  static Spec spec() {
    return spec(List.of(Metric.errors()));
  }

  private static Spec spec(List<Metric> metrics) {
    Strategy canary =
        new Strategy.Canary(
            List.of(stage("small", 5), stage("half", 50)),
            Duration.ofSeconds(10),
            Optional.empty());
    Analysis analysis =
        new Analysis(
            0.01,
            new Analysis.Exposure.Seconds(1),
            Analysis.OnInconclusive.HOLD,
            Analysis.Arm.ALWAYS,
            metrics,
            30);
    return new Spec(
        canary,
        List.of("orders"),
        Optional.of(Spec.Route.FULL),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Spec.AfterAbort.KEEP,
        analysis,
        Capacity.unknown(),
        List.of(),
        Approvals.ANYBODY,
        false);
  }

  private static Stage stage(String name, int percent) {
    return new Stage(
        name,
        Share.percent(percent),
        List.of(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Approval.NONE,
        Share.NONE,
        Share.NONE);
  }

  static Predicate<Saved> ended() {
    return saved -> saved.memory().run().isPresent() && saved.memory().running().isEmpty();
  }

  static Predicate<Saved> stage(int index) {
    return saved ->
        saved
            .memory()
            .running()
            .filter(r -> r.phase() == Phase.SHIFTING && r.stage() == index)
            .filter(r -> r.progress().entered())
            .isPresent();
  }

  Phase phase() {
    return store.last.flatMap(saved -> saved.memory().run()).orElseThrow().phase();
  }

  void settle() throws IOException {
    settle(shop, store);
  }

  void settle(VirtualShop world, MemoryStore kept) throws IOException {
    Instant end = world.instant().plus(Duration.ofSeconds(12));
    run(world, kept, _ -> !world.instant().isBefore(end));
  }

  void settle(Duration time) throws IOException {
    Instant end = shop.instant().plus(time);
    run(shop, store, _ -> !shop.instant().isBefore(end));
  }

  void until(Predicate<Saved> over) throws IOException {
    drive(shop, store, over);
  }

  void drive(VirtualShop world, MemoryStore kept, Predicate<Saved> over) throws IOException {
    Instant deadline = world.instant().plus(PATIENCE);
    Saved last = run(world, kept, s -> over.test(s) || world.instant().isAfter(deadline));
    assertThat(over.test(last)).as("in time; last: %s; %s", last.reason(), world.state()).isTrue();
  }

  Saved run(VirtualShop world, MemoryStore kept, Predicate<Saved> over) throws IOException {
    Listener listener =
        new Listener() {
          @Override
          public void decided(Decided entry) {
            decided.add(entry.code());
          }

          @Override
          public void troubled(String sentence) {
            troubles.add(sentence);
          }
        };
    ControlLoop loop =
        new ControlLoop(
            "orders",
            spec(metrics),
            new ControlLoop.Ports(world, world, world, kept),
            settings,
            new ControlLoop.Clockwork(world, world, new Random(7)),
            Listener.all(listener, bystander));
    try {
      return loop.runUntil(over);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
