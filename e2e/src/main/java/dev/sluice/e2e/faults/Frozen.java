package dev.sluice.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that stands still: its connections stay, and nobody answers on them. It goes on when
 * this is closed.
 */
public final class Frozen implements AutoCloseable {
  private final List<ProcessHandle> processes;

  private Frozen(List<ProcessHandle> processes) {
    this.processes = processes;
  }

  /** With everything that it has started; this stands still when it returns. */
  public static Frozen now(ProcessHandle process) {
    Frozen frozen = new Frozen(Stream.concat(Stream.of(process), process.descendants()).toList());
    frozen.signal("-STOP");
    return frozen;
  }

  private void signal(String name) {
    for (ProcessHandle process : processes) {
      if (!process.isAlive()) {
        continue;
      }
      try {
        Process kill = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS)) {
          throw new IllegalStateException("No signal reaches process " + process.pid() + ".");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted.", e);
      }
    }
  }

  @Override
  public void close() {
    signal("-CONT");
  }
}
