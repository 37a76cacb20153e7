package dev.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The simulation tells of hundreds of versions for each second of its own. */
class CostTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int VERSIONS = 20_000;

  @Test
  void a_version_that_changes_little_costs_little() {
    Story story = Story.opened().atHalf();
    List<Version> versions =
        Stream.of("ReleasePolicy", "Pod", "HTTPRoute", "Pod", "Deployment", "ReplicaSet", "Release")
            .map(story::last)
            .flatMap(v -> Stream.of(v, again(v)))
            .toList();
    Duration least = Duration.ofDays(1);
    for (int round = 0; round < 5; round++) {
      long from = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < VERSIONS; i++) {
        story.watcher.saw(versions.get(i % versions.size()), Writer.UNKNOWN);
      }
      Duration took =
          Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - from).dividedBy(VERSIONS);
      least = took.compareTo(least) < 0 ? took : least;
    }
    System.out.println("a version costs " + least.toNanos() / 1000.0 + " µs");
    assertThat(story.broken()).isEmpty();
    assertThat(least).isLessThan(Duration.ofNanos(20_000));
  }

  /** Equal, and yet another object. */
  private static Version again(Version v) {
    return new Version(v.at(), v.revision(), v.kind(), v.deleted(), v.object().deepCopy());
  }
}
