package dev.sluice.e2e;

import dev.sluice.e2e.Response.Fate;
import dev.sluice.local.load.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes down every response. Who answered is told by the header of the kit: the gateway knows
 * nothing of it, so what comes without is not a pod's.
 */
final class Diary implements Outcomes {
  static final String VERSION = "X-Version";

  private final long nanosAtStart = System.nanoTime();
  private final Instant start = Instant.now();
  private final Map<Long, Visit> inFlight = new HashMap<>();
  private final List<Response> over = new ArrayList<>();
  private final Map<String, String> words = new HashMap<>();
  private long dropped;

  @Override
  public synchronized void sent(Visit visit) {
    inFlight.put(visit.number(), visit);
  }

  @Override
  public synchronized void answered(Visit visit, Answer answer) {
    String version = answer.header().apply(VERSION).orElse("");
    int status = answer.status();
    if (version.isEmpty()) {
      write(visit, Fate.LOST, status, "", status + " by no pod");
    } else {
      write(visit, status >= 500 ? Fate.BAD : Fate.GOOD, status, version, "");
    }
  }

  @Override
  public synchronized void unanswered(Visit visit, String how) {
    write(visit, Fate.LOST, 0, "", how);
  }

  @Override
  public synchronized void dropped() {
    dropped++;
  }

  /** Whatever is still in flight has waited long enough. */
  synchronized void close() {
    List.copyOf(inFlight.values()).forEach(visit -> unanswered(visit, "no answer in time"));
  }

  synchronized Accounts accounts() {
    List<Response> all = new ArrayList<>(over);
    inFlight.values().forEach(visit -> all.add(response(visit, Fate.IN_FLIGHT, 0, "", "")));
    return new Accounts(all, dropped);
  }

  private void write(Visit visit, Fate fate, int status, String version, String how) {
    // What is told after the diary was closed is written already.
    if (inFlight.remove(visit.number()) != null) {
      over.add(response(visit, fate, status, one(version), one(how)));
    }
  }

  private Response response(Visit visit, Fate fate, int status, String version, String how) {
    return new Response(
        start.plus(Duration.ofNanos(visit.due() - nanosAtStart)),
        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - visit.due()),
        visit.user(),
        visit.fresh(),
        fate,
        status,
        version,
        how);
  }

  /** A hundred thousand responses share the few words that they are told in. */
  private String one(String word) {
    return words.computeIfAbsent(word, w -> w);
  }
}
