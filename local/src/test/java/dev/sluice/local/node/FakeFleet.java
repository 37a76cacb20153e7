package dev.sluice.local.node;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.probes.metrics.Scraper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pods that are ready after a moment, and gone a moment after they were stopped. */
final class FakeFleet implements Fleet {
  static final Duration START = Duration.ofMillis(150);
  static final Duration END = Duration.ofMillis(100);

  private record Fake(Pod pod, Template template, Optional<Instant> stopped) {}

  final List<String> events = new ArrayList<>();
  private final Map<String, Fake> pods = new LinkedHashMap<>();
  private final Map<String, long[]> counted = new LinkedHashMap<>();
  private int number;

  /** The set whose pods do not become ready. */
  volatile String neverReady = "";

  @Override
  public synchronized List<Pod> pods() {
    Instant now = Instant.now();
    pods.values().removeIf(f -> f.stopped().filter(at -> now.isAfter(at.plus(END))).isPresent());
    return pods.values().stream().map(f -> at(f, now)).toList();
  }

  private Pod at(Fake f, Instant now) {
    boolean ready =
        f.stopped().isEmpty()
            && !f.pod().hash().equals(neverReady)
            && now.isAfter(f.pod().since().plus(START));
    Pod p = f.pod();
    return new Pod(p.name(), p.hash(), p.port(), p.since(), ready, 0, Optional.empty());
  }

  @Override
  public synchronized void start(String hash, Template template) {
    String name = hash + "-" + number++;
    pods.put(
        name,
        new Fake(
            new Pod(name, hash, 0, Instant.now(), false, 0, Optional.empty()),
            template,
            Optional.empty()));
  }

  @Override
  public synchronized void stop(String pod) {
    events.add("stop " + pod);
    pods.computeIfPresent(
        pod, (_, f) -> new Fake(f.pod(), f.template(), Optional.of(Instant.now())));
  }

  @Override
  public synchronized void kill(String pod) {
    pods.remove(pod);
  }

  /** The version whose document says so fails that share of its requests. */
  synchronized boolean serve(String pod, double dice) {
    Fake fake = pods.get(pod);
    if (fake == null || !at(fake, Instant.now()).ready()) {
      return false;
    }
    boolean bad = fake.template().document().contains("bad") && dice < 0.3;
    long[] all = counted.computeIfAbsent(pod, _ -> new long[2]);
    all[0] += bad ? 1 : 0;
    all[1]++;
    return !bad;
  }

  @Override
  public synchronized Map<String, Scraper.Read> counters() {
    Map<String, Scraper.Read> read = new LinkedHashMap<>();
    for (Pod pod : pods()) {
      long[] all = counted.getOrDefault(pod.name(), new long[2]);
      read.put(
          pod.name(),
          new Scraper.Read(
              Map.of("errors", RawCounters.Reading.rate((double) all[0], (double) all[1])),
              Set.of(),
              ""));
    }
    return read;
  }

  @Override
  public void close() {
    events.add("closed");
  }
}
