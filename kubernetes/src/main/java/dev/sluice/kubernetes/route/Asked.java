package dev.sluice.kubernetes.route;

import dev.sluice.api.Percent;
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
 * @param mirrors the stages in which the candidate should get copies of stable's requests
 */
record Asked(List<List<Match>> matches, boolean affinity, List<Mirror> mirrors) {
  Asked {
    matches = List.copyOf(matches);
    mirrors = List.copyOf(mirrors);
  }

  /**
   * A stage that mirrors.
   *
   * @param weight what it sends to the candidate beside the copies
   * @param share of which the candidate gets copies; not none
   */
  record Mirror(String stage, Share weight, Share share) {}

  static Asked of(PolicySpec.Strategy strategy) {
    return strategy.canary().map(Asked::of).orElseGet(() -> new Asked(List.of(), false, List.of()));
  }

  private static Asked of(PolicySpec.Canary canary) {
    return new Asked(
        canary.stages().stream()
            .map(PolicySpec.Stage::match)
            .filter(match -> !match.isEmpty())
            .map(match -> match.stream().map(PolicySpec.Match::picks).toList())
            .toList(),
        canary.affinity().isPresent(),
        mirrors(canary.stages()));
  }

  /** A stage without a weight has that of the stage before. */
  private static List<Mirror> mirrors(List<PolicySpec.Stage> stages) {
    List<Mirror> mirrors = new ArrayList<>();
    Share weight = Share.NONE;
    for (PolicySpec.Stage stage : stages) {
      weight = stage.weight().map(Percent::share).orElse(weight);
      Share share = stage.mirror().map(Percent::share).orElse(Share.NONE);
      if (!share.isNone()) {
        mirrors.add(new Mirror(stage.name(), weight, share));
      }
    }
    return mirrors;
  }

  /**
   * What of it a route cannot do that has weights and matches only.
   *
   * @param noAffinity why it has no affinity, after "and"
   * @param noMirror why it cannot copy in that stage, and what to write instead; empty where it can
   * @param unsayable why it cannot whitelist by these; empty where it can
   */
  List<String> beyond(
      String noAffinity,
      Function<Mirror, Optional<String>> noMirror,
      Function<List<Match>, Optional<String>> unsayable) {
    List<String> why = new ArrayList<>();
    if (affinity) {
      why.add("The policy asks for affinity, and %s. Take affinity away.".formatted(noAffinity));
    }
    for (Mirror mirror : mirrors) {
      noMirror
          .apply(mirror)
          .map(reason -> "Stage %s asks for mirror, and %s".formatted(mirror.stage(), reason))
          .ifPresent(why::add);
    }
    matches.forEach(match -> unsayable.apply(match).ifPresent(why::add));
    return why;
  }

  /** The most that a stage picks requests by. */
  int mostMatches() {
    return matches.stream().mapToInt(List::size).max().orElse(0);
  }
}
