package dev.sluice.kubernetes.route;

import dev.sluice.api.PolicySpec;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a policy asks of its route, over all of its stages. What the route cannot do is refused
 * before a release starts, and not found out in its midst.
 *
 * @param matches what each stage that has a whitelist picks requests by
 * @param affinity whether users should stay on the candidate
 * @param mirror whether the candidate should get copies of stable's requests
 */
record Asked(List<List<Match>> matches, boolean affinity, boolean mirror) {
  Asked {
    matches = List.copyOf(matches);
  }

  static Asked of(PolicySpec.Strategy strategy) {
    return strategy.canary().map(Asked::of).orElseGet(() -> new Asked(List.of(), false, false));
  }

  private static Asked of(PolicySpec.Canary canary) {
    return new Asked(
        canary.stages().stream()
            .map(PolicySpec.Stage::match)
            .filter(match -> !match.isEmpty())
            .map(match -> match.stream().map(PolicySpec.Match::picks).toList())
            .toList(),
        canary.affinity().isPresent(),
        canary.stages().stream()
            .flatMap(stage -> stage.mirror().stream())
            .anyMatch(mirror -> !mirror.share().equals(Share.NONE)));
  }

  /**
   * What of it a route cannot do that has weights and matches only.
   *
   * @param noAffinity why it has no affinity, after "and"
   * @param noMirror why it has no mirror, after "and"
   * @param unsayable why it cannot whitelist by these; empty where it can
   */
  List<String> beyond(
      String noAffinity, String noMirror, Function<List<Match>, Optional<String>> unsayable) {
    List<String> why = new ArrayList<>();
    if (affinity) {
      why.add("The policy asks for affinity, and %s. Take affinity away.".formatted(noAffinity));
    }
    if (mirror) {
      why.add("The policy asks for mirror, and %s. Take mirror away.".formatted(noMirror));
    }
    matches.forEach(match -> unsayable.apply(match).ifPresent(why::add));
    return why;
  }

  /** The most that a stage picks requests by. */
  int mostMatches() {
    return matches.stream().mapToInt(List::size).max().orElse(0);
  }
}
