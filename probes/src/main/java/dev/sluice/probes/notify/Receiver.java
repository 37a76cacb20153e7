package dev.sluice.probes.notify;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import dev.sluice.api.Notify;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One receiver with a thread and a queue of its own: who hangs keeps nobody else waiting, least of
 * all a release.
 */
final class Receiver {
  private static final double JITTER = 0.25;
  private static final long IDLE_SECONDS = 30;

  private final Notify to;
  private final Channel channel;
  private final Heard heard;
  private final RetryPolicy<Outcome> retry;
  private final RateLimiter<Outcome> rate;
  private final Bounds bounds;
  private final ThreadPoolExecutor sender;

  /** Of what is wrong with it, what was said already; each begins anew once it works again. */
  private final Set<String> said = new HashSet<>();

  Receiver(Notify to, String policy, Channel channel, Bounds bounds, Heard heard) {
    this.to = to;
    this.channel = channel;
    this.heard = heard;
    this.bounds = bounds;
    this.retry =
        RetryPolicy.<Outcome>builder()
            .handleResultIf(outcome -> outcome instanceof Outcome.Later)
            .withBackoff(bounds.first(), bounds.longest())
            .withDelayFn(context -> asked(context.getLastResult()))
            .withJitter(JITTER)
            .withMaxAttempts(bounds.tries())
            .withMaxDuration(bounds.within())
            .build();
    this.rate =
        RateLimiter.<Outcome>burstyBuilder(bounds.perMinute(), Duration.ofMinutes(1)).build();
    this.sender =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(bounds.waiting()),
            Thread.ofVirtual().name("notify %s %s".formatted(policy, to.name())).factory());
    sender.allowCoreThreadTimeOut(true);
  }

  /** What the receiver asked for; less than nothing: as the backoff has it. */
  private static Duration asked(Outcome last) {
    return last instanceof Outcome.Later(String _, Optional<Duration> after) && after.isPresent()
        ? after.get()
        : Duration.ofNanos(-1);
  }

  /** Says what it lacks, before it counts. */
  void begin() {
    later(
        () -> {
          try {
            channel.ready();
          } catch (Unreadable e) {
            if (!e.again()) {
              say("will be told nothing: " + e.sentence(), e.sentence());
            }
          }
        });
  }

  /** Returns at once. */
  void tell(Notice notice) {
    if (to.when().contains(notice.occasion()) && !later(() -> send(notice))) {
      say(
          "is told nothing more for now: %d notifications wait for it already"
              .formatted(bounds.waiting()),
          "full");
      heard.counted(to.kind(), Heard.Result.DROPPED);
    }
  }

  private boolean later(Runnable what) {
    try {
      sender.execute(what);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void send(Notice notice) {
    Outcome outcome;
    try {
      rate.acquirePermit();
      outcome = Failsafe.with(retry).get(() -> attempt(notice));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      heard.counted(to.kind(), Heard.Result.DROPPED);
      return;
    } catch (FailsafeException e) {
      // Interrupted: nothing else is thrown by an attempt.
      heard.counted(to.kind(), Heard.Result.DROPPED);
      return;
    }
    switch (outcome) {
      case Outcome.Sent _ -> {
        forgetWhatWasSaid();
        heard.counted(to.kind(), Heard.Result.SENT);
      }
      case Outcome.Refused(String why) -> failed(notice, why);
      case Outcome.Later(String why, Optional<Duration> _) ->
          failed(notice, why + ", and it was tried again for as long as it may be");
    }
  }

  private Outcome attempt(Notice notice) throws InterruptedException {
    try {
      return channel.send(notice);
    } catch (RuntimeException e) {
      // A bug; its message may hold what was sent.
      return new Outcome.Refused(
          "it could not be written (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  private void failed(Notice notice, String why) {
    say("was not told that %s: %s".formatted(notice.headline(), why), why);
    heard.counted(to.kind(), Heard.Result.FAILED);
  }

  private synchronized void say(String what, String why) {
    if (said.add(why)) {
      heard.says("The receiver %s (%s) %s.".formatted(to.name(), to.kind(), what));
    }
  }

  private synchronized void forgetWhatWasSaid() {
    said.clear();
  }

  /** Takes nothing more; what waits is still sent. */
  void end() {
    sender.shutdown();
  }

  /** Whether all was sent by then. */
  boolean ended(Duration within) throws InterruptedException {
    return sender.awaitTermination(within.toNanos(), TimeUnit.NANOSECONDS);
  }
}
