package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.kubernetes.Marks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A split as the annotations of a canary Ingress say it to ingress-nginx, and as that controller
 * understands them: docs/routes.md has what was seen. It looks at one header, then at one cookie,
 * then at the weight; a header that does not match falls through to the cookie, and that to the
 * weight.
 */
final class CanaryRules {
  /** Where all annotations of ingress-nginx are. */
  static final String PREFIX = "nginx.ingress.kubernetes.io/";

  static final String CANARY = PREFIX + "canary";
  private static final String WEIGHT = PREFIX + "canary-weight";
  private static final String TOTAL = PREFIX + "canary-weight-total";
  private static final String HEADER = PREFIX + "canary-by-header";
  private static final String VALUE = PREFIX + "canary-by-header-value";
  private static final String PATTERN = PREFIX + "canary-by-header-pattern";
  private static final String COOKIE = PREFIX + "canary-by-cookie";

  /** As Go reads it. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  /** The only value by which a cookie sends to the candidate. */
  private static final String ALWAYS = "always";

  private static final int LEAST_TOTAL = 100;

  /** nginx drops headers with an underscore. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]+");

  private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  /** The controller ignores an annotation whose value has others. */
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._~/:-]+");

  private CanaryRules() {}

  /** The annotations, the release's among them. */
  static Map<String, String> write(Split split) {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put(CANARY, "true");
    rules.put(WEIGHT, String.valueOf(split.candidate().perMille()));
    rules.put(TOTAL, String.valueOf(Share.ALL.perMille()));
    Set<String> values = new LinkedHashSet<>();
    for (Match match : split.match()) {
      switch (match) {
        case Match.Header h -> {
          rules.put(HEADER, h.name());
          values.add(h.exact());
        }
        case Match.Cookie c -> rules.put(COOKIE, c.name());
      }
    }
    if (values.size() == 1) {
      // With a value of its own, "always" and "never" of a caller mean nothing.
      rules.put(VALUE, values.iterator().next());
    } else if (!values.isEmpty()) {
      rules.put(PATTERN, pattern(values));
    }
    rules.put(Marks.RELEASE, split.release());
    SplitMark.words(split.match()).ifPresent(words -> rules.put(Marks.MATCH, words));
    return rules;
  }

  /** What they ask for, as the controller takes it; empty: it is told nothing. */
  static Optional<Split> read(Map<String, String> annotations) {
    if (!annotations.containsKey(CANARY)) {
      return Optional.empty();
    }
    boolean works = TRUE.contains(annotations.get(CANARY));
    return Optional.of(
        new Split(
            annotations.getOrDefault(Marks.RELEASE, ""),
            works ? share(annotations) : Share.NONE,
            works ? inOrder(matches(annotations), annotations) : List.of(),
            Optional.empty(),
            Share.NONE));
  }

  /** Why the controller cannot do what a whitelist asks for; empty where it can. */
  static Optional<String> unsayable(List<Match> matches) {
    Set<String> headers = new LinkedHashSet<>();
    Set<String> cookies = new LinkedHashSet<>();
    for (Match match : matches) {
      Optional<String> why = unsayable(match);
      if (why.isPresent()) {
        return why;
      }
      boolean _ =
          switch (match) {
            case Match.Header h -> headers.add(h.name());
            case Match.Cookie c -> cookies.add(c.name());
          };
    }
    return several("header", headers).or(() -> several("cookie", cookies));
  }

  private static Optional<String> several(String what, Set<String> names) {
    return names.size() <= 1
        ? Optional.empty()
        : Optional.of(
            "ingress-nginx looks at one %s, and the whitelist has %s: keep one of them."
                .formatted(what, String.join(" and ", names)));
  }

  private static Optional<String> unsayable(Match match) {
    return switch (match) {
      case Match.Header h ->
          NAME.matcher(h.name()).matches() && TEXT.matcher(h.exact()).matches()
              ? Optional.empty()
              : Optional.of(
                  ("ingress-nginx takes letters, digits and - in the name of the whitelist's header"
                          + " %s, and letters, digits, ., _, ~, /, : and - in its value; choose"
                          + " others.")
                      .formatted(h.name()));
      case Match.Cookie c when !COOKIE_NAME.matcher(c.name()).matches() ->
          Optional.of(
              "ingress-nginx takes letters, digits, _ and - in the name of the whitelist's cookie %s; choose another."
                  .formatted(c.name()));
      case Match.Cookie c ->
          c.exact().equals(ALWAYS)
              ? Optional.empty()
              : Optional.of(
                  ("ingress-nginx sends to the candidate whose cookie %s is \"always\", and knows no"
                          + " other value for it: write exact: always, or whitelist by a header.")
                      .formatted(c.name()));
    };
  }

  /** The rules have no order; the mark beside them has that of the policy, if it says the same. */
  private static List<Match> inOrder(List<Match> told, Map<String, String> annotations) {
    List<Match> asked = SplitMark.matches(annotations);
    return Set.copyOf(asked).equals(Set.copyOf(told)) ? asked : told;
  }

  private static Share share(Map<String, String> annotations) {
    int weight = number(annotations, WEIGHT);
    int total = Math.max(LEAST_TOTAL, number(annotations, TOTAL));
    long perMille = (long) weight * Share.ALL.perMille() / total;
    return new Share(Math.clamp(perMille, 0, Share.ALL.perMille()));
  }

  private static int number(Map<String, String> annotations, String key) {
    String text = annotations.getOrDefault(key, "");
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  private static List<Match> matches(Map<String, String> annotations) {
    List<Match> matches = new ArrayList<>();
    String header = annotations.getOrDefault(HEADER, "");
    if (!header.isEmpty()) {
      String value = annotations.getOrDefault(VALUE, "");
      String pattern = annotations.getOrDefault(PATTERN, "");
      List<String> values =
          !value.isEmpty() ? List.of(value) : pattern.isEmpty() ? List.of(ALWAYS) : values(pattern);
      values.forEach(v -> matches.add(new Match.Header(header, v)));
    }
    String cookie = annotations.getOrDefault(COOKIE, "");
    if (!cookie.isEmpty()) {
      matches.add(new Match.Cookie(cookie, ALWAYS));
    }
    return matches;
  }

  /** Of the values that may stand in it only the full stop means more than itself. */
  private static String pattern(Set<String> values) {
    return values.stream()
        .map(value -> value.replace(".", "\\."))
        .collect(Collectors.joining("|", "^(", ")$"));
  }

  /** The values of a pattern of ours; of another the pattern itself, which no whitelist equals. */
  private static List<String> values(String pattern) {
    return pattern.matches("\\^\\([A-Za-z0-9._~/:\\\\|-]+\\)\\$")
        ? Arrays.stream(pattern.substring(2, pattern.length() - 2).split("\\|"))
            .map(value -> value.replace("\\.", "."))
            .toList()
        : List.of(pattern);
  }
}
