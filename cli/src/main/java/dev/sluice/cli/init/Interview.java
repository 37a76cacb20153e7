package dev.sluice.cli.init;

import dev.sluice.cli.cluster.GatewaySeen;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.init.Place.From;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Asks a person for what could not be found, and for what only people can choose. */
final class Interview {
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  private final Questions questions;

  Interview(Questions questions) {
    this.questions = questions;
  }

  /** Looks at the pods again. */
  interface Look {
    MetricsSeen at(Place place) throws InterruptedException;
  }

  /**
   * Where the metrics are, if they were not found; what is said is looked at, where that can be.
   */
  MetricsSeen metrics(MetricsSeen seen, Look look) throws InterruptedException {
    boolean open =
        seen instanceof MetricsSeen.None
            || (seen instanceof MetricsSeen.NotAsked(String _, Optional<Place> likely)
                && likely.isEmpty());
    if (!open) {
      return seen;
    }
    Optional<Integer> port =
        questions.ask(
            "No page of the pods' metrics was found. On which port is it?",
            "there is none",
            said ->
                PORT.matcher(said).matches()
                    ? Optional.of(Optional.of(Integer.parseInt(said)))
                    : Optional.empty(),
            Optional.empty());
    if (port.isEmpty()) {
      return seen;
    }
    String path =
        questions.ask(
            "And at which path?",
            Places.USUAL,
            said ->
                Optional.of(said)
                    .filter(p -> Places.canBeAsked(new Place(port.get(), p, From.PERSON))),
            Places.USUAL);
    Place place = new Place(port.get(), path, From.PERSON);
    return switch (look.at(place)) {
      case MetricsSeen.Page page -> page;
      case MetricsSeen.None _ ->
          new MetricsSeen.NotAsked(
              "Nothing that Sluice can read answers at %s, which is what was said."
                  .formatted(place),
              Optional.of(place));
      case MetricsSeen.NotAsked(String why, Optional<Place> _) ->
          new MetricsSeen.NotAsked(why, Optional.of(place));
    };
  }

  /** Which routes, whether somebody approves, and whether a gateway is read. */
  Seen choices(Seen seen, String root) {
    if (!questions.somebody()) {
      return seen;
    }
    Optional<List<Lead>> chosen = routes(seen, root);
    List<Lead> split =
        chosen.orElse(RouteSection.usual(RouteSection.splittable(seen.around().leads(), root)));
    boolean approve =
        split.isEmpty()
            ? questions.yes("Should a person say yes before all users are moved?", true)
            : questions.yes(
                "Should a person say yes before half of the users are moved?",
                StrategySection.asks(seen.fit().preset()));
    return new Seen(seen.around(), seen.metrics(), gateway(seen), chosen, Optional.of(approve));
  }

  private Optional<List<Lead>> routes(Seen seen, String root) {
    List<Lead> all = RouteSection.splittable(seen.around().leads(), root);
    if (all.size() < 2) {
      return Optional.empty();
    }
    StringBuilder question = new StringBuilder("Several routes lead to " + root + ":");
    for (int i = 0; i < all.size(); i++) {
      question.append(" %d %s;".formatted(i + 1, all.get(i)));
    }
    List<Lead> usual = RouteSection.usual(all);
    String enter =
        String.join(
            ",", usual.stream().map(lead -> String.valueOf(all.indexOf(lead) + 1)).toList());
    return Optional.of(
        questions.ask(
            question + " which are to be split, of one kind?",
            enter,
            said -> among(all, said),
            usual));
  }

  private static Optional<List<Lead>> among(List<Lead> all, String said) {
    List<Lead> chosen = new ArrayList<>();
    for (String word : Arrays.asList(said.split("[,\\s]+", -1))) {
      if (!word.matches("[1-9][0-9]{0,2}") || Integer.parseInt(word) > all.size()) {
        return Optional.empty();
      }
      chosen.add(all.get(Integer.parseInt(word) - 1));
    }
    return RouteSection.ofOneKind(chosen)
        ? Optional.of(chosen.stream().distinct().toList())
        : Optional.empty();
  }

  private GatewaySeen gateway(Seen seen) {
    if (!(seen.gateway() instanceof GatewaySeen.Unknown) || seen.around().leads().isEmpty()) {
      return seen.gateway();
    }
    return questions.yes(
            "Was the operator told where the gateway's metrics are (--gateway-metrics)?", false)
        ? new GatewaySeen.Said()
        : seen.gateway();
  }
}
