package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In every version the route's rules are what its mark says: the weights of each rule that is
 * split, a copy of it for each who is whitelisted, and no candidate anywhere without a mark. Where
 * a pause alone holds, a foreign write may undo a split for a moment.
 */
final class SplitIsWritten implements Rule {
  /** The API server takes no more rules in a route, and no more matches in one with a condition. */
  private static final int RULES = 16;

  private static final int MATCHES = 6;

  private final Lasting undone = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String what : undone.over(scene.limits().told(), scene.now())) {
      findings.broken("split", "For more than %s: %s", Words.of(scene.limits().told()), what);
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    boolean routes = change.after() instanceof Division || change.before() instanceof Division;
    if (!routes || change.version().kind().equals("Ingress")) {
      return;
    }
    List<String> wrong =
        change.is().isMissingNode() ? List.of() : wrong(change, scene.candidateName());
    if (scene.pauses()) {
      undone.forget();
      wrong.forEach(what -> undone.is(what, true, scene.now()));
    } else {
      wrong.forEach(what -> findings.broken("split", "%s", what));
    }
  }

  private static List<String> wrong(Change change, String candidate) {
    Optional<String> mark = Read.mark(change.is(), Marks.SPLIT);
    Optional<Split> split = mark.flatMap(Split::of);
    List<String> wrong = new ArrayList<>();
    if (split.isPresent()) {
      rules(change, split.get(), wrong);
    } else if (mark.isEmpty()
        && change.writer() != Writer.USER
        && change.after() instanceof Division d
        && d.ways().stream().anyMatch(way -> leadsTo(way, candidate))) {
      wrong.add(change.what() + " leads to " + candidate + " and has no mark that says so.");
    }
    return wrong;
  }

  private static boolean leadsTo(Division.Way way, String service) {
    return way.backends().stream().anyMatch(b -> b.service().equals(service));
  }

  private static void rules(Change change, Split split, List<String> wrong) {
    int copies = 0;
    int divided = 0;
    int copied = 0;
    int position = -1;
    for (JsonNode rule : change.is().path("spec").path("rules")) {
      if (WrittenRules.isCopy(rule, split)) {
        copies++;
        continue;
      }
      position++;
      if (!isDivided(rule, split)) {
        continue;
      }
      boolean chosen = split.rules().isEmpty() || split.rules().contains(position);
      rule(change, rule, position, chosen, split, wrong);
      divided += chosen ? 1 : 0;
      copied += chosen && rule.path("matches").size() <= MATCHES ? 1 : 0;
    }
    int conditions =
        Read.mark(change.is(), Marks.MATCH).map(m -> m.split(";", -1).length).orElse(0);
    boolean fits = position + 1 + divided * conditions <= RULES;
    int wanted = fits ? copied * conditions : 0;
    if (copies != wanted) {
      wrong.add(
          "%s has %d rules for the whitelisted; its mark asks for %d."
              .formatted(change.what(), copies, wanted));
    }
  }

  /** It leads to the root, and perhaps to the candidate, and nowhere else. */
  private static boolean isDivided(JsonNode rule, Split split) {
    JsonNode backends = rule.path("backendRefs");
    if (backends.isEmpty() || !backends.get(0).path("name").asText().equals(split.root())) {
      return false;
    }
    for (JsonNode backend : backends) {
      String name = backend.path("name").asText();
      boolean ours = name.equals(split.root()) || name.equals(split.candidate());
      if (!ours || !backend.path("filters").isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static void rule(
      Change change, JsonNode rule, int position, boolean chosen, Split split, List<String> wrong) {
    JsonNode backends = rule.path("backendRefs");
    boolean right =
        chosen
            ? backends.size() == 2
                && backends.get(0).path("weight").asInt(1) == split.total() - split.weight()
                && backends.get(1).path("name").asText().equals(split.candidate())
                && backends.get(1).path("weight").asInt(1) == split.weight()
            : backends.size() == 1;
    if (!right) {
      wrong.add(
          "Rule %d of %s leads to %s; its mark says %d of %d%s."
              .formatted(
                  position,
                  change.what(),
                  Unmarked.brief(backends),
                  split.weight(),
                  split.total(),
                  chosen ? "" : ", and not this rule"));
    }
  }
}
