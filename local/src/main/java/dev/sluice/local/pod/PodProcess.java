package dev.sluice.local.pod;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The life of one pod, on a thread of its own: started, asked, started again, ended.
 *
 * <p>Its process holds the reading end of a pipe from us as standard input, so it can see it when
 * we are gone, however we went.
 */
final class PodProcess {
  /** Until it is ready the first time, then as a kubelet would. */
  private static final Duration ASK_EAGERLY = Duration.ofMillis(50);

  private static final Duration ASK = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final int FAILURES = 3;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();

  private final String name;
  private final String set;
  private final PodTemplate template;
  private final BackOff backOff;
  private final File log;
  private final Instant since = Instant.now();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Process process;
  private int port;
  private boolean ready;
  private boolean stopping;
  private int restarts;
  private Optional<String> trouble = Optional.empty();

  PodProcess(String name, String set, PodTemplate template, BackOff backOff, Path log) {
    this.name = name;
    this.set = set;
    this.template = template;
    this.backOff = backOff;
    this.log = log.toFile();
  }

  Pod seen() {
    lock.lock();
    try {
      return new Pod(name, set, port, since, ready && !stopping, restarts, trouble);
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopping = true;
      ready = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void kill() {
    lock.lock();
    try {
      if (process != null) {
        process.destroyForcibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the pod has been stopped and its process is gone. */
  void live() {
    int inARow = 0;
    try {
      while (!stops(Duration.ZERO)) {
        Instant from = Instant.now();
        Optional<Process> running = begin();
        if (running.isPresent()) {
          watch(running.get());
        }
        if (stops(Duration.ZERO)) {
          return;
        }
        boolean healthy = Duration.between(from, Instant.now()).compareTo(backOff.healthy()) >= 0;
        inARow = healthy ? 1 : inARow + 1;
        Duration wait = backOff.before(inARow);
        ended(running, wait);
        stops(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
  }

  private Optional<Process> begin() {
    try {
      int free = freePort();
      ProcessBuilder builder = new ProcessBuilder(template.command());
      builder.environment().putAll(template.env());
      builder.environment().put("PORT", String.valueOf(free));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
      lock.lock();
      try {
        port = free;
        process = builder.start();
        return Optional.of(process);
      } finally {
        lock.unlock();
      }
    } catch (IOException e) {
      lock.lock();
      try {
        trouble = Optional.of("its program cannot be started: " + e.getMessage());
      } finally {
        lock.unlock();
      }
      return Optional.empty();
    }
  }

  /** Asks for readiness until the process ends or is asked to end. */
  private void watch(Process running) throws InterruptedException {
    int failures = 0;
    boolean was = false;
    while (running.isAlive()) {
      if (stops(was ? ASK : ASK_EAGERLY)) {
        end(running);
        return;
      }
      boolean yes = running.isAlive() && asked();
      failures = yes ? 0 : failures + 1;
      was |= yes;
      boolean now = yes || (was && failures < FAILURES);
      lock.lock();
      try {
        ready = now;
        trouble = now ? Optional.empty() : trouble.or(() -> Optional.of("not ready yet"));
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Asks it to end, by the signal alone: {@code Process.destroy} would close its standard input
   * too, and a process that ends with its parent takes that for our death and drops what is in
   * flight.
   */
  private void end(Process running) throws InterruptedException {
    running.toHandle().destroy();
    if (!running.waitFor(template.grace().toMillis(), TimeUnit.MILLISECONDS)) {
      running.destroyForcibly();
      running.waitFor(5, TimeUnit.SECONDS);
    }
  }

  private void ended(Optional<Process> ended, Duration wait) {
    lock.lock();
    try {
      ready = false;
      restarts++;
      ended.ifPresent(
          p ->
              trouble =
                  Optional.of(
                      "its process ended by itself with exit code %d, %d times so far; started again in %.1f s"
                          .formatted(p.exitValue(), restarts, wait.toMillis() / 1000.0)));
    } finally {
      lock.unlock();
    }
  }

  private boolean asked() throws InterruptedException {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + template.readiness());
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it is asked to end, now or within that time. */
  private boolean stops(Duration within) throws InterruptedException {
    lock.lock();
    try {
      long left = within.toNanos();
      while (!stopping && left > 0) {
        left = changed.awaitNanos(left);
      }
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
