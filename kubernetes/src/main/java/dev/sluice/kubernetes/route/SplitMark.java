package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.kubernetes.Marks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A split as the annotations of a route say it, which the admission policy {@code sluice-split}
 * turns into rules. Weights are out of 1,000.
 */
final class SplitMark {
  static final int TOTAL = Share.ALL.perMille();

  private SplitMark() {}

  /** The annotations to be written; null takes one away. */
  static Map<String, @Nullable String> write(
      Split split, String root, String candidate, int original) {
    Map<String, @Nullable String> marks = new LinkedHashMap<>();
    int weight = split.candidate().perMille();
    marks.put(Marks.SPLIT, "%s %s %d %d %d".formatted(root, candidate, weight, TOTAL, original));
    marks.put(
        Marks.MATCH,
        split.match().isEmpty()
            ? null
            : split.match().stream().map(SplitMark::word).collect(Collectors.joining(";")));
    marks.put(Marks.RELEASE, split.release());
    return marks;
  }

  /** The annotations that leave the route as its user wrote it. */
  static Map<String, @Nullable String> none() {
    Map<String, @Nullable String> marks = new LinkedHashMap<>();
    marks.put(Marks.SPLIT, null);
    marks.put(Marks.MATCH, null);
    marks.put(Marks.RELEASE, null);
    return marks;
  }

  /**
   * What the annotations say; empty where there is no split. One that cannot be read says nothing
   * for the candidate, as the admission policy leaves it alone, and is written anew.
   */
  static Optional<Split> read(Map<String, String> annotations) {
    String mark = annotations.get(Marks.SPLIT);
    if (mark == null) {
      return Optional.empty();
    }
    String release = annotations.getOrDefault(Marks.RELEASE, "");
    String[] words = mark.split(" ", -1);
    try {
      if (words.length == 5) {
        long weight = Long.parseLong(words[2]);
        long total = Long.parseLong(words[3]);
        Share share = new Share(Math.toIntExact(weight * TOTAL / total));
        return Optional.of(
            new Split(release, share, matches(annotations), Optional.empty(), Share.NONE));
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Not what we write: as good as none.
    }
    return Optional.of(new Split("", Share.NONE, List.of(), Optional.empty(), Share.NONE));
  }

  /** The weight that the root's backend had before; 1 where none was written. */
  static int original(Map<String, String> annotations, int now) {
    String mark = annotations.getOrDefault(Marks.SPLIT, "");
    String[] words = mark.split(" ", -1);
    return words.length == 5 && words[4].matches("[0-9]{1,7}") ? Integer.parseInt(words[4]) : now;
  }

  /** Why it cannot be said in an annotation; empty where it can. */
  static Optional<String> unsayable(Split split) {
    if (split.match().size() > 4) {
      return Optional.of("A route can whitelist by four headers and cookies, not more.");
    }
    return split.match().stream()
        .filter(m -> !plain(m.name()) || !plain(m.exact()))
        .findFirst()
        .map(
            m ->
                "The whitelist's %s has a blank or a semicolon in its name or value; choose one without."
                    .formatted(m.name()));
  }

  private static boolean plain(String text) {
    return text.matches("[^ ;]+");
  }

  private static String word(Match match) {
    return switch (match) {
      case Match.Header h -> "header " + h.name() + " " + h.exact();
      case Match.Cookie c -> "cookie " + c.name() + " " + c.exact();
    };
  }

  private static List<Match> matches(Map<String, String> annotations) {
    List<Match> matches = new ArrayList<>();
    for (String one : annotations.getOrDefault(Marks.MATCH, "").split(";")) {
      String[] words = one.split(" ", -1);
      if (words.length == 3) {
        matches.add(
            words[0].equals("cookie")
                ? new Match.Cookie(words[1], words[2])
                : new Match.Header(words[1], words[2]));
      }
    }
    return matches;
  }
}
