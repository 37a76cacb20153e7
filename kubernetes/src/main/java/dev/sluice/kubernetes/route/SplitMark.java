package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.kubernetes.Marks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A split as the annotations of a route say it, which the admission policy {@code sluice-split}
 * turns into rules. Weights are out of 1,000.
 */
final class SplitMark {
  static final int TOTAL = Share.ALL.perMille();
  private static final Pattern SPLIT =
      Pattern.compile("\\S+ \\S+ (\\d{1,7}) (\\d{1,7}) (\\d{1,7})( \\d{1,2}(,\\d{1,2})*)?");

  private SplitMark() {}

  /**
   * What is divided.
   *
   * @param original the weight that the root's backend had before
   * @param rules positions of those that are split; empty: each that sends to the root
   */
  record Between(String root, String candidate, int original, List<Integer> rules) {
    Between {
      rules = List.copyOf(rules);
    }

    private String said(int weight) {
      String all = "%s %s %d %d %d".formatted(root, candidate, weight, TOTAL, original);
      return rules.isEmpty()
          ? all
          : all + " " + rules.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /** The annotations to be written; null takes one away. */
  static Map<String, @Nullable String> write(Split split, Between between) {
    Map<String, @Nullable String> marks = new LinkedHashMap<>();
    marks.put(Marks.SPLIT, between.said(split.candidate().perMille()));
    marks.put(Marks.MATCH, words(split.match()).orElse(null));
    marks.put(
        Marks.MIRROR, split.mirror().isNone() ? null : String.valueOf(split.mirror().perMille()));
    marks.put(Marks.RELEASE, split.release());
    return marks;
  }

  /** The annotations that leave the route as its user wrote it. */
  static Map<String, @Nullable String> none() {
    Map<String, @Nullable String> marks = new LinkedHashMap<>();
    marks.put(Marks.SPLIT, null);
    marks.put(Marks.MATCH, null);
    marks.put(Marks.MIRROR, null);
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
    Matcher words = SPLIT.matcher(mark);
    if (words.matches()) {
      long weight = Long.parseLong(words.group(1));
      long total = Long.parseLong(words.group(2));
      if (weight <= total && total > 0) {
        Share share = new Share((int) (weight * TOTAL / total));
        return Optional.of(
            new Split(release, share, matches(annotations), Optional.empty(), mirror(annotations)));
      }
    }
    return Optional.of(new Split("", Share.NONE, List.of(), Optional.empty(), Share.NONE));
  }

  /** All or nothing, as the admission policy reads it. */
  static Share mirror(Map<String, String> annotations) {
    return String.valueOf(TOTAL).equals(annotations.get(Marks.MIRROR)) ? Share.ALL : Share.NONE;
  }

  /** The weight that the root's backend had before; empty where the route is as its user wrote. */
  static Optional<Integer> original(Map<String, String> annotations) {
    Matcher words = SPLIT.matcher(annotations.getOrDefault(Marks.SPLIT, ""));
    return words.matches() ? Optional.of(Integer.valueOf(words.group(3))) : Optional.empty();
  }

  /** Positions of the rules that are split; empty: each that sends to the root. */
  static List<Integer> rules(Map<String, String> annotations) {
    Matcher words = SPLIT.matcher(annotations.getOrDefault(Marks.SPLIT, ""));
    return words.matches() && words.group(4) != null
        ? Arrays.stream(words.group(4).strip().split(",", -1)).map(Integer::valueOf).toList()
        : List.of();
  }

  /** Why it cannot be said in an annotation; empty where it can. */
  static Optional<String> unsayable(List<Match> matches) {
    if (matches.size() > 4) {
      return Optional.of("A route can whitelist by four headers and cookies, not more.");
    }
    return matches.stream().flatMap(m -> unsayable(m).stream()).findFirst();
  }

  private static Optional<String> unsayable(Match match) {
    return switch (match) {
      case Match.Header h ->
          plain(h.name()) && plain(h.exact())
              ? Optional.empty()
              : Optional.of(
                  ("The whitelist's header %s has a blank or a semicolon in its name or value;"
                          + " choose one without.")
                      .formatted(h.name()));
      // It is looked for by a regular expression, in which other characters mean something.
      case Match.Cookie c ->
          (c.name() + c.exact()).matches("[A-Za-z0-9_%~-]+")
              ? Optional.empty()
              : Optional.of(
                  ("The whitelist's cookie %s has more than letters, digits, _, %%, ~ and - in its"
                          + " name or value; choose one without, or use a header.")
                      .formatted(c.name()));
    };
  }

  private static boolean plain(String text) {
    return text.matches("[^ ;]+");
  }

  /** As the annotation says it; empty where nobody is whitelisted. */
  static Optional<String> words(List<Match> matches) {
    return matches.isEmpty()
        ? Optional.empty()
        : Optional.of(matches.stream().map(SplitMark::word).collect(Collectors.joining(";")));
  }

  private static String word(Match match) {
    return switch (match) {
      case Match.Header h -> "header " + h.name() + " " + h.exact();
      case Match.Cookie c -> "cookie " + c.name() + " " + c.exact();
    };
  }

  static List<Match> matches(Map<String, String> annotations) {
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
