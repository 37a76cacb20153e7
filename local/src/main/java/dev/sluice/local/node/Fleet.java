package dev.sluice.local.node;

import dev.sluice.probes.metrics.Scraper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine's pods. One that ends by itself is started again, as a kubelet does. */
interface Fleet extends AutoCloseable {
  /** All that exist, ending ones included. */
  List<Pod> pods();

  /** Starts one more pod of a set. */
  void start(String hash, Template template);

  /** Ends one gracefully. No new request is sent to it by now. */
  void stop(String pod);

  /** Ends one at once, as a crash would. */
  void kill(String pod);

  /** Counters of every pod that answers, counted since the pod started. */
  Map<String, Scraper.Read> counters();

  @Override
  void close();

  /**
   * @param name never used twice
   * @param restarts how often it ended by itself
   * @param trouble why it does not become ready
   */
  record Pod(
      String name,
      String hash,
      int port,
      Instant since,
      boolean ready,
      int restarts,
      Optional<String> trouble) {}
}
