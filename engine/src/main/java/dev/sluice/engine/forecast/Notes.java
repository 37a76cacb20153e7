package dev.sluice.engine.forecast;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.sequence.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is noted of a course, part by part. */
final class Notes {
  private final List<Open> parts = new ArrayList<>();
  private Duration now = Duration.ZERO;

  private static final class Open {
    private final Part.Kind kind;
    private final String name;
    private final Duration from;
    private final List<Write> writes = new ArrayList<>();
    private final List<String> asks = new ArrayList<>();
    private Share served = Share.NONE;
    private int stable;
    private int candidate;
    private int most;

    Open(Part.Kind kind, String name, Duration from) {
      this.kind = kind;
      this.name = name;
      this.from = from;
    }
  }

  /** It is in that part now. */
  void at(Duration at, Memory memory, Plan plan) {
    now = at;
    Part.Kind kind = memory.run().map(r -> kind(r, memory)).orElse(Part.Kind.PREPARE);
    String name =
        kind == Part.Kind.STAGE
            ? plan.stages().get(memory.run().orElseThrow().stage()).name()
            : kind.words();
    if (parts.isEmpty() || parts.getLast().kind != kind || !parts.getLast().name.equals(name)) {
      parts.add(new Open(kind, name, at));
    }
  }

  private static Part.Kind kind(Run run, Memory memory) {
    return switch (run.phase()) {
      case CHECKING, PREPARING -> Part.Kind.PREPARE;
      case SHIFTING -> Part.Kind.STAGE;
      case BAKING -> Part.Kind.BAKE;
      case HANDING_OVER -> Part.Kind.HAND_OVER;
      case SUCCEEDED -> memory.warm().isPresent() ? Part.Kind.KEEP_WARM : Part.Kind.CLEAR;
      case ABORTING, ABORTED, REVERTED, SUPERSEDED -> Part.Kind.BACK;
    };
  }

  void wrote(Write write) {
    parts.getLast().writes.add(write);
  }

  void asks(String sentence) {
    parts.getLast().asks.add(sentence);
  }

  void pods(int stable, int candidate, Share served) {
    Open part = parts.getLast();
    part.stable = Math.max(part.stable, stable);
    part.candidate = Math.max(part.candidate, candidate);
    part.most = Math.max(part.most, stable + candidate);
    part.served = served;
  }

  List<Part> parts() {
    List<Part> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Open part = parts.get(i);
      Duration until = i + 1 < parts.size() ? parts.get(i + 1).from : now;
      all.add(
          new Part(
              part.kind,
              part.name,
              part.from,
              until,
              part.served,
              part.stable,
              part.candidate,
              part.most,
              part.writes,
              part.asks));
    }
    return all;
  }
}
