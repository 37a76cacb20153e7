package dev.sluice.local.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All pods of this machine. A pod's process that ends by itself is started again. */
public final class Pods implements AutoCloseable {
  private final Path logs;
  private final BackOff backOff;
  private final Map<String, PodProcess> pods = new ConcurrentHashMap<>();
  private final AtomicLong made = new AtomicLong();

  /**
   * @param logs folder for what the processes print, a file a pod
   */
  public Pods(Path logs, BackOff backOff) throws IOException {
    this.logs = Files.createDirectories(logs);
    this.backOff = backOff;
  }

  /** Makes one more pod; whether it comes up is seen in {@link #all}. */
  public void start(String set, PodTemplate template) {
    String name = set + "-" + made.incrementAndGet();
    PodProcess pod = new PodProcess(name, set, template, backOff, logs.resolve(name + ".log"));
    pods.put(name, pod);
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              pod.live();
              pods.remove(name);
            });
  }

  /** Ends one gracefully: its process is asked to, and killed when its grace is over. */
  public void stop(String name) {
    PodProcess pod = pods.get(name);
    if (pod != null) {
      pod.stop();
    }
  }

  /** Kills its process at once, as a crash would; it is started again. */
  public void kill(String name) {
    PodProcess pod = pods.get(name);
    if (pod != null) {
      pod.kill();
    }
  }

  /** All that exist, ending ones included. */
  public List<Pod> all() {
    return pods.values().stream().map(PodProcess::seen).toList();
  }

  /** Ends all at once. */
  @Override
  public void close() {
    for (PodProcess pod : pods.values()) {
      pod.stop();
      pod.kill();
    }
  }
}
