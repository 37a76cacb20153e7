package dev.sluice.engine.decide;

import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.world.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where people are asked: whose yes counts, and whether enough of them have said it. */
final class ApprovalGate {
  private ApprovalGate() {}

  /** Whether it stands open now. */
  static boolean isOpen(Case c, String gate) {
    return people(c, gate).size() >= asked(c).people();
  }

  /** Holds, and says who is waited for. */
  static Optional<Step> waits(Case c, String gate) {
    StringBuilder sentence = new StringBuilder("Waits for approve %s: ".formatted(gate));
    Set<String> said = people(c, gate);
    int missing = asked(c).people() - said.size();
    sentence.append(
        missing == 1
            ? "%s person must say yes".formatted(said.isEmpty() ? "a" : "another")
            : "%d people must say yes".formatted(missing));
    List<String> who = new ArrayList<>();
    if (!asked(c).groups().isEmpty()) {
      who.add("of " + groups(asked(c)));
    }
    if (asked(c).fourEyes()) {
      who.add("who did not change the template");
    }
    sentence.append(who.isEmpty() ? "" : ", " + String.join(", ", who)).append('.');
    if (!said.isEmpty()) {
      sentence.append(" %s has.".formatted(String.join(" and ", said)));
    }
    expired(c, gate)
        .ifPresent(
            yes ->
                sentence.append(
                    " The yes of %s is older than %s and counts no longer."
                        .formatted(yes.by(), age(asked(c)))));
    return c.holds(new Reason("approval", sentence.toString()));
  }

  /** Why the yes of whoever gives that command does not count; empty: it does. */
  static Optional<String> refuses(Case c, Command command) {
    Approvals asked = asked(c);
    if (!asked.groups().isEmpty()
        && command.groups().stream().noneMatch(asked.groups()::contains)) {
      return Optional.of("only a member of %s may".formatted(groups(asked)));
    }
    Set<String> authors = c.world().workload().authors();
    if (asked.fourEyes() && authors.isEmpty()) {
      return Optional.of(
          "another person than the author of the template must, and who that is was not seen. Take the change back and make it"
              + " again while Sluice's admission policies are at work, or abort");
    }
    if (asked.fourEyes() && authors.contains(command.by())) {
      return Optional.of("they changed the template, and another person must (four eyes)");
    }
    return asked.counts(command.at(), c.now())
        ? Optional.empty()
        : Optional.of(
            "it was given %s ago, and a yes counts for %s"
                .formatted(Words.duration(Duration.between(command.at(), c.now())), age(asked)));
  }

  /** Who has said yes to it, in an order that stays. */
  private static Set<String> people(Case c, String gate) {
    return c.run().approved().stream()
        .filter(yes -> yes.gate().equals(gate) && asked(c).counts(yes.at(), c.now()))
        .map(Yes::by)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Yes> expired(Case c, String gate) {
    return c.run().approved().stream()
        .filter(yes -> yes.gate().equals(gate) && !asked(c).counts(yes.at(), c.now()))
        .findFirst();
  }

  private static Approvals asked(Case c) {
    return c.spec().approvals();
  }

  private static String groups(Approvals asked) {
    return (asked.groups().size() == 1 ? "the group " : "one of the groups ")
        + String.join(", ", new TreeSet<>(asked.groups()));
  }

  private static String age(Approvals asked) {
    return asked.expires().map(Words::duration).orElse("ever");
  }
}
