package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Invariant 13: every decision has a code for machines and a sentence for whoever is on call. */
final class DecisionsAreExplained implements Rule {
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** What a sentence has that a program wrote without looking. */
  private static final Pattern RAW =
      Pattern.compile("\\bnull\\b|Optional[.\\[]|%[sd]|\\w+@[0-9a-f]{6,}|\\{\\}");

  /** Times of the decisions of one release that were looked at. */
  private final Set<String> known = new HashSet<>();

  private String name = "";

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    switch (change.after()) {
      case Policy now when !now.reason().isEmpty() || now.runs() -> {
        boolean same =
            change.before() instanceof Policy was
                && was.reason().equals(now.reason())
                && was.message().equals(now.message());
        if (!same) {
          explained(change.what(), now.reason(), now.message(), findings);
        }
      }
      case Thing.Release release -> decided(release, findings);
      default -> {}
    }
  }

  /** Newest last; of many the oldest are dropped, so what is new is told by its time. */
  private void decided(Thing.Release release, Findings findings) {
    if (!release.name().equals(name)) {
      name = release.name();
      known.clear();
    }
    JsonNode decisions = release.decisions();
    for (int i = decisions.size() - 1; i >= 0; i--) {
      JsonNode decision = decisions.get(i);
      if (!known.add(decision.path("at").asText())) {
        return;
      }
      explained(
          "Release " + name,
          decision.path("reason").asText(),
          decision.path("message").asText(),
          findings);
    }
  }

  private static void explained(String what, String code, String sentence, Findings findings) {
    if (!CODE.matcher(code).matches()) {
      findings.broken("13", "%s has a decision with the code \"%s\", which is none.", what, code);
    }
    if (sentence.isBlank() || !sentence.strip().contains(" ")) {
      findings.broken(
          "13", "%s does not say in a sentence why (%s): \"%s\".", what, code, sentence);
    } else if (RAW.matcher(sentence).find()) {
      findings.broken(
          "13", "%s explains %s in words that are no person's: \"%s\".", what, code, sentence);
    }
  }
}
