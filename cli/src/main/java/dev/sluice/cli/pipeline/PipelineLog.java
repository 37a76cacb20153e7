package dev.sluice.cli.pipeline;

import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Marks in a log by which the system that runs a pipeline folds the steps of a release and shows
 * what stands in its way beside the code. Written to the same stream as the lines that they fold.
 */
public final class PipelineLog implements Listener {
  /** Whose marks. */
  public enum Dialect {
    NONE,

    /** Workflow commands of GitHub's actions. */
    GITHUB,

    /** Sections of GitLab's job logs, which has no other marks in a log. */
    GITLAB;

    /** By the variables that these systems set. */
    public static Dialect of(Map<String, String> environment) {
      if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
        return GITHUB;
      }
      return "true".equals(environment.get("GITLAB_CI")) ? GITLAB : NONE;
    }
  }

  private static final String CLEAR = "\u001b[0K";

  private final Dialect dialect;
  private final PrintWriter log;
  private final InstantSource clock;
  private Optional<String> open = Optional.empty();

  public PipelineLog(Dialect dialect, PrintWriter log, InstantSource clock) {
    this.dialect = dialect;
    this.log = log;
    this.clock = clock;
  }

  @Override
  public synchronized void decided(Decided entry) {
    Optional<String> step = Steps.name(entry.phase(), entry.stage());
    if (!step.equals(open)) {
      close();
      step.ifPresent(this::open);
    }
  }

  @Override
  public synchronized void troubled(String sentence) {
    mark("warning", sentence);
  }

  /**
   * The release has ended, or did not begin.
   *
   * @param failure why it did not succeed; empty: it did
   */
  public synchronized void ended(Optional<String> failure, String sentence) {
    close();
    mark(failure.isPresent() ? "error" : "notice", sentence);
  }

  private void open(String step) {
    open = Optional.of(step);
    switch (dialect) {
      case GITHUB -> log.println("::group::" + oneLine(step));
      case GITLAB -> log.println(section("start", step) + step);
      case NONE -> {}
    }
    log.flush();
  }

  private void close() {
    if (open.isPresent()) {
      switch (dialect) {
        case GITHUB -> log.println("::endgroup::");
        case GITLAB -> log.println(section("end", open.get()));
        case NONE -> {}
      }
    }
    open = Optional.empty();
    log.flush();
  }

  private void mark(String level, String sentence) {
    if (dialect == Dialect.GITHUB) {
      log.println("::%s title=Sluice::%s".formatted(level, oneLine(sentence)));
      log.flush();
    }
  }

  private String section(String edge, String step) {
    return "%ssection_%s:%d:sluice_%s\r%s"
        .formatted(
            CLEAR,
            edge,
            clock.instant().getEpochSecond(),
            step.replaceAll("[^A-Za-z0-9_.-]", "_"),
            CLEAR);
  }

  /** As the runner reads the value of a command (actions/toolkit, command.ts). */
  private static String oneLine(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }
}
