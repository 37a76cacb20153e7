package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting on real time, and being woken. */
@Timeout(20)
class AlarmTest {
  private static final Duration LONG = Duration.ofHours(1);
  private final Sleeper alarm = Sleeper.real();

  @Test
  void aWakeThatCameBeforeIsNotLost() throws Exception {
    alarm.wake();
    alarm.wake();
    alarm.sleep(LONG);
  }

  @Test
  void anotherThreadWakesTheSleeper() throws Exception {
    Thread waker = Thread.ofVirtual().start(alarm::wake);
    alarm.sleep(LONG);
    waker.join();
  }

  @Test
  void withoutAWakeItWaitsAsLongAsAsked() throws Exception {
    long before = System.nanoTime();
    alarm.sleep(Duration.ofMillis(50));
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
  }
}
