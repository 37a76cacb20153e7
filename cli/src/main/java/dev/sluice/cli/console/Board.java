package dev.sluice.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.Words;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.engine.decide.Condition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The policies of a place, as {@code sluice get} shows them.
 *
 * @param place where they are, for sentences
 * @param leftOut how many there are beyond those that are shown
 * @param todo what to do where there are none
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Board(String place, List<Row> policies, int leftOut, Optional<String> todo) {
  static final int MOST = 500;
  private static final int LETTERS = 300;

  Board {
    policies = List.copyOf(policies);
  }

  /**
   * A policy.
   *
   * @param id what the page asks for
   * @param running whether a release is under way
   * @param verdict what the evidence says, short
   * @param judge whether it may abort on evidence alone, as a word
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Row(
      String id,
      Optional<String> namespace,
      String name,
      Optional<String> release,
      Optional<String> phase,
      boolean running,
      Optional<String> stage,
      String weight,
      String verdict,
      Optional<String> judge,
      String why) {}

  static Board of(String place, List<Glance> glances) {
    Optional<String> todo =
        glances.isEmpty()
            ? Optional.of(
                ("There is no ReleasePolicy in %s. To draft one for what runs there: sluice init"
                        + " deployment/NAME -n NAMESPACE > release.yaml; then kubectl apply -f"
                        + " release.yaml. It is shown here as soon as it is there.")
                    .formatted(place))
            : Optional.empty();
    return new Board(
        place,
        glances.stream().limit(MOST).map(Board::row).toList(),
        Math.max(0, glances.size() - MOST),
        todo);
  }

  /** By which the page asks for that one. */
  static String id(PolicyView view) {
    return view.namespace().map(n -> n + "/").orElse("") + view.name();
  }

  private static Row row(Glance glance) {
    PolicyView v = glance.view();
    return new Row(
        id(v),
        v.namespace(),
        v.name(),
        v.release(),
        v.phase().map(Words::of),
        isRunning(v),
        v.stage(),
        v.weight(),
        verdict(v),
        v.judge(),
        cut(v.why(), LETTERS));
  }

  private static boolean isRunning(PolicyView view) {
    return view.phase().filter(p -> !p.ended()).isPresent();
  }

  private static String verdict(PolicyView view) {
    if (!isRunning(view) || view.odds().isEmpty()) {
      return "";
    }
    String stands =
        view.condition().filter(c -> c != Condition.MOVING).map(c -> Words.of(c) + ", ").orElse("");
    return stands + "odds " + odds(view.odds().getAsDouble());
  }

  static String odds(double odds) {
    return odds >= 1e6
        ? "over a million to 1"
        : String.format(Locale.ROOT, odds < 10 ? "%.1f to 1" : "%.0f to 1", odds);
  }

  static String cut(String text, int letters) {
    return text.length() <= letters ? text : text.substring(0, letters - 1) + "…";
  }
}
