package dev.sluice.cli.judge;

import dev.sluice.api.LadderReader;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.ladder.Climb;
import dev.sluice.engine.ladder.Ladder;
import dev.sluice.engine.model.Share;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lines in, an answer for each tick out, as soon as it is read. */
final class Filter {
  private final Lines lines;
  private final LineReader reader = new LineReader();
  private final AnswerWriter out;
  private Optional<StablePast> past = Optional.empty();
  private long pastTicks;
  private Optional<Ladder> ladder = Optional.empty();
  private Optional<Climb> climb = Optional.empty();
  private Optional<Double> until = Optional.empty();

  Filter(InputStream in, Writer out) throws IOException {
    this.lines = new Lines(in);
    this.out = new AnswerWriter(out);
  }

  /** Of the line that was read last. */
  long line() {
    return lines.number();
  }

  /**
   * Until the input ends.
   *
   * @throws Malformed at the first line that is not as it should be; all before it are answered
   */
  void run() throws IOException, Malformed {
    while (lines.next()) {
      switch (reader.read(lines.characters(), lines.length())) {
        case Line.Config config -> begin(config);
        case Line.Past tick -> remember(tick);
        case Line.Now tick -> judge(tick);
      }
    }
    if (ladder.isEmpty()) {
      throw new Malformed("there is none: the first line must be {\"config\": …}");
    }
  }

  private void begin(Line.Config config) throws Malformed {
    if (ladder.isPresent()) {
      throw new Malformed("is a second config");
    }
    ladder =
        Optional.of(
            switch (LadderReader.read(config.line())) {
              case Parsed.Ok<Ladder> ok -> ok.value();
              case Parsed.Bad<Ladder> bad ->
                  throw new Malformed(
                      bad.problems().stream()
                          .map(Problem::toString)
                          .map(Malformed::shortened)
                          .collect(Collectors.joining("\n  ")));
            });
  }

  private void remember(Line.Past tick) throws Malformed {
    Duration length = length(tick.t());
    if (climb.isPresent()) {
      throw new Malformed("is history, after the first tick");
    }
    past().add(new Tick(pastTicks++, length, "history", Share.NONE, tick.pods(), Map.of()));
  }

  private void judge(Line.Now tick) throws IOException, Malformed {
    boolean first = climb.isEmpty();
    Duration since = length(tick.t());
    Climb climbing = climb.orElseGet(this::climb);
    climb = Optional.of(climbing);
    Duration length = first ? ladder.orElseThrow().tick() : since;
    out.write(
        tick.t(), tick.weight(), climbing.judge(length, tick.weight(), tick.pods(), tick.edge()));
  }

  private Climb climb() {
    StablePast known = past();
    Climb climb = new Climb(ladder.orElseThrow(), known.calibration(), known.shown());
    known.clear();
    return climb;
  }

  private StablePast past() {
    Ladder climbed = ladder.orElseThrow();
    StablePast known = past.orElseGet(() -> new StablePast(climbed.analysis(), climbed.tick()));
    past = Optional.of(known);
    return known;
  }

  /** Since the line before; after none it is a tick. */
  private Duration length(double t) throws Malformed {
    Duration usual =
        ladder
            .map(Ladder::tick)
            .orElseThrow(() -> new Malformed("comes before {\"config\": …}, which must be first"));
    if (until.filter(before -> t <= before).isPresent()) {
      throw new Malformed(
          "/t is %s after %s, and must grow".formatted(Values.plain(t), Values.plain(until.get())));
    }
    Duration length =
        until.map(before -> Duration.ofNanos(Math.round((t - before) * 1e9))).orElse(usual);
    until = Optional.of(t);
    return length;
  }
}
