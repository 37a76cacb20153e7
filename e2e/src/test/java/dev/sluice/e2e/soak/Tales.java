package dev.sluice.e2e.soak;

import dev.sluice.e2e.Edition;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.gitops.ForeignWriter;
import dev.sluice.e2e.gitops.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One shop, round after round. */
final class Tales {
  private final ReleasedShop shop;
  private final String firstStage;
  private final Random random;
  private final List<Writer> writers;
  private final List<String> wrong = new ArrayList<>();

  /** What serves. */
  private Edition stable = Edition.of("v1");

  private int releases;
  private int pushes;
  private int rounds;

  /**
   * @param firstStage of its policy, or the phase that it has instead
   * @param random from which all its rounds follow
   * @param writers who else may write
   */
  Tales(ReleasedShop shop, String firstStage, Random random, List<Writer> writers) {
    this.shop = shop;
    this.firstStage = firstStage;
    this.random = random;
    this.writers = writers;
  }

  /** Until then, and until the round that is under way is over. */
  void tell(Instant until) {
    while (Instant.now().isBefore(until) && wrong.isEmpty()) {
      Round round = Round.drawn(random, writers);
      rounds++;
      say("round %d: %s".formatted(rounds, round));
      try (ForeignWriter git =
          ForeignWriter.of(shop.shop(), round.writer().orElse(Writer.RESUME), stable, "")) {
        if (round.writer().isPresent()) {
          git.begin();
        }
        tell(round, git);
        shop.awaitReady();
      } catch (AssertionError | RuntimeException e) {
        wrong.add(
            "%s, round %d, %s: %s Decided was %s"
                .formatted(
                    shop.namespace(), rounds, round, e.getMessage(), shop.decisions(releases)));
        say(wrong.getLast());
      }
    }
  }

  private void tell(Round round, ForeignWriter git) {
    Edition was = stable;
    switch (round.tale()) {
      case GOOD -> {
        push(git, another());
        ends("Succeeded");
      }
      case BAD -> {
        git.push(another().with("ERRORS", 0.5));
        releases++;
        ends("Aborted");
        git.push(was);
      }
      case ABORT -> {
        push(git, another());
        reaches(round.where());
        shop.command("Abort", releases);
        // Whoever comes too late is told so.
        if (ends("Aborted", "Succeeded").equals("Aborted")) {
          stable = was;
          git.push(was);
        }
      }
      case PROMOTE -> {
        push(git, another());
        reaches("first");
        shop.command("Promote", releases);
        ends("Succeeded");
      }
      case UNDO -> {
        push(git, another());
        ends("Succeeded");
        shop.command("Undo", releases);
        releases++;
        ends("Succeeded");
        stable = was;
      }
      case SUPERSEDE -> {
        push(git, another());
        reaches(round.where());
        push(git, another());
        endsAs(releases - 1, "Superseded", "Succeeded");
        ends("Succeeded");
      }
      case REVERT -> {
        push(git, another());
        reaches(round.where());
        git.push(was);
        if (ends("Reverted", "Succeeded").equals("Succeeded")) {
          releases++;
          ends("Succeeded");
        }
        stable = was;
      }
    }
  }

  /** A good version that was never there before. */
  private Edition another() {
    pushes++;
    return Edition.of(pushes % 2 == 0 ? "v2" : "v3").round(pushes);
  }

  private void push(ForeignWriter git, Edition edition) {
    git.push(edition);
    stable = edition;
    releases++;
  }

  /** Or it has ended already. */
  private void reaches(String where) {
    shop.awaitAtOrLater(releases, where.equals("first") ? firstStage : where);
  }

  private String ends(String... allowed) {
    return endsAs(releases, allowed);
  }

  private String endsAs(int release, String... allowed) {
    String end = shop.awaitEnd(release);
    say("release %d: %s".formatted(release, end));
    if (!Set.of(allowed).contains(end)) {
      throw new AssertionError(
          "Release %d ended as %s, and its story allows %s."
              .formatted(release, end, List.of(allowed)));
    }
    return end;
  }

  private void say(String what) {
    System.out.printf("%s %s: %s%n", Instant.now(), shop.namespace(), what);
  }

  /** Sentences; none: all ended as it should. */
  List<String> wrong() {
    return wrong;
  }

  /** For people. */
  String told() {
    return "%s: %d rounds, %d releases".formatted(shop.namespace(), rounds, releases);
  }
}
