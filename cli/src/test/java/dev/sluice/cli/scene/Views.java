package dev.sluice.cli.scene;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Shown;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Policies and releases as tests need them. */
public final class Views {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private Views() {}

  public static PolicyView idle(String name) {
    return PolicyView.unknown(
        Optional.of("shop"), name, "One version serves, nothing is to be released.", Map.of());
  }

  public static PolicyView running(String name, String release, Phase phase) {
    return new PolicyView(
        Optional.of("shop"),
        name,
        Optional.of(release),
        Optional.of(phase),
        Optional.of(Condition.HELD),
        Optional.of("small"),
        "5%",
        OptionalDouble.of(3.25),
        OptionalDouble.of(12.4),
        Optional.of("40/149"),
        Optional.of(new Shown("", 0.01, new Arming(40, 0, 0.5), Optional.of(NOON))),
        "A person is asked.",
        Map.of("kind", "ReleasePolicy"));
  }

  /** One that began at noon and ended some minutes later. */
  public static ReleaseView release(String policy, String name, Phase end, int minutes) {
    Decided began =
        decided(name, Phase.CHECKING, "template-changed", "The pod template changed.", 0);
    Decided ended = decided(name, end, "ended", "It has ended.", minutes);
    return ReleaseView.of(
        Optional.of("shop"), policy, name, List.of(began, ended), Map.of("kind", "Release"));
  }

  public static Decided decided(
      String release, Phase phase, String code, String sentence, int minute) {
    return new Decided(
        NOON.plusSeconds(60L * minute),
        Optional.of(release),
        code,
        sentence,
        Optional.of(phase),
        Optional.empty(),
        Share.NONE,
        1.5,
        2,
        Condition.MOVING);
  }
}
