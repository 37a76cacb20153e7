package dev.sluice.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.cli.scene.PolicyView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one open page was told so far, and so what is news to it. Nothing is told twice; points are
 * told as they come.
 */
final class Visit {
  private final String id;
  private final String place;
  private Optional<Board> board = Optional.empty();
  private Optional<Sheet> sheet = Optional.empty();
  private Optional<Curve> curve = Optional.empty();

  /**
   * @param id of the policy that is looked at; may be one that is not there
   * @param place for sentences
   */
  Visit(String id, String place) {
    this.id = id;
    this.place = place;
  }

  /** An event, by its name, as the page gets it. */
  record News(String name, Object data) {}

  /**
   * How fresh the rest is.
   *
   * @param at when it was looked last
   * @param trouble why it could not be looked at since
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Looked(Instant at, Optional<String> trouble) {}

  /**
   * Points of a release.
   *
   * @param anew whether they take the place of all that were told before
   */
  record Points(String release, boolean anew, List<Point> points) {}

  /**
   * @param flags that a command needs to mean the policy's place
   */
  List<News> of(Lookout.Seen seen, Function<PolicyView, String> flags) {
    List<News> news = new ArrayList<>();
    news.add(new News("looked", new Looked(seen.at(), seen.trouble())));
    boolean known = seen.trouble().isEmpty() || !seen.glances().isEmpty();
    Optional<Board> nextBoard =
        known ? Optional.of(Board.of(place, seen.glances())) : Optional.empty();
    if (nextBoard.isPresent() && !nextBoard.equals(board)) {
      board = nextBoard;
      news.add(new News("board", nextBoard.get()));
    }
    Optional<Curve> nextCurve = Optional.ofNullable(seen.curves().get(id));
    Optional<Sheet> nextSheet =
        seen.glance(id).map(g -> Sheet.of(g, nextCurve, flags.apply(g.view())));
    if (nextSheet.isPresent() && !nextSheet.equals(sheet)) {
      sheet = nextSheet;
      news.add(new News("sheet", nextSheet.get()));
    }
    nextCurve.flatMap(this::points).ifPresent(points -> news.add(new News("points", points)));
    return news;
  }

  private Optional<Points> points(Curve next) {
    boolean goesOn =
        curve
            .filter(c -> c.release().equals(next.release()) && c.form() == next.form())
            .isPresent();
    int told = goesOn ? curve.orElseThrow().points().size() : 0;
    curve = Optional.of(next);
    return goesOn && told == next.points().size()
        ? Optional.empty()
        : Optional.of(
            new Points(next.release(), !goesOn, next.points().subList(told, next.points().size())));
  }
}
