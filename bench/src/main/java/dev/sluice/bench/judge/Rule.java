package dev.sluice.bench.judge;

import java.util.List;

/** A way to release: by what it sees it says which weight is served next. */
interface Rule {
  String name();

  /** Seconds between two looks. */
  default double tick() {
    return 10;
  }

  /**
   * @param past stable's last half hour, oldest first; empty where it is not known
   */
  Course begin(Scenario scenario, List<Moment> past);

  /** One release. */
  interface Course {
    Answer after(Moment moment);
  }

  /**
   * @param weight to be served from now on, in percent; 0 where it was aborted, 100 where it is
   *     done
   */
  record Answer(State state, double weight) {
    static Answer at(double weight) {
      return new Answer(State.RUNNING, weight);
    }

    static final Answer ABORTED = new Answer(State.ABORTED, 0);
    static final Answer DONE = new Answer(State.DONE, 100);
  }

  enum State {
    RUNNING,
    ABORTED,
    DONE
  }
}
