package dev.sluice.e2e;

import dev.sluice.e2e.Response.Fate;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the users say happened to them. Every request is in it: sent = answered + lost + in flight.
 */
public final class Accounts {
  private final List<Response> responses;
  private final long dropped;

  /**
   * @param dropped requests that were due and not sent, because too many were without an answer
   */
  Accounts(Collection<Response> responses, long dropped) {
    this.responses = responses.stream().sorted(Comparator.comparing(Response::due)).toList();
    this.dropped = dropped;
  }

  /**
   * A second of it, by the moment when the requests were due.
   *
   * @param answered by version
   */
  public record Second(Instant at, Map<String, Long> answered, long bad, long lost) {
    /** Of those that were answered, 0..1; 0 when none was. */
    public double share(String version) {
      long all = answered.values().stream().mapToLong(n -> n).sum();
      return all == 0 ? 0 : (double) answered.getOrDefault(version, 0L) / all;
    }
  }

  /** In the order in which they were due. */
  public List<Response> responses() {
    return responses;
  }

  public long sent() {
    return responses.size();
  }

  /** By a pod, whatever it said. */
  public long answered() {
    return count(Response::answered);
  }

  /** By the system: by routing, switching, scaling or ending pods. */
  public long lost() {
    return count(r -> r.fate() == Fate.LOST);
  }

  public long inFlight() {
    return count(r -> r.fate() == Fate.IN_FLIGHT);
  }

  /** Requests that were due and not sent; of all populations together. */
  public long dropped() {
    return dropped;
  }

  /** Answered by that version, whatever it said. */
  public long answeredBy(String version) {
    return count(r -> r.answered() && r.version().equals(version));
  }

  /** Answered 5xx by that version: its own fault. */
  public long badBy(String version) {
    return count(r -> r.fate() == Fate.BAD && r.version().equals(version));
  }

  /** Of what was answered, 0..1. */
  public double share(String version) {
    return (double) answeredBy(version) / Math.max(1, answered());
  }

  /** Answered, by version. */
  public Map<String, Long> versions() {
    return tally(Response::answered, Response::version);
  }

  /** Lost, by how. */
  public Map<String, Long> losses() {
    return tally(r -> r.fate() == Fate.LOST, Response::how);
  }

  /** Those that a user would call an error: bad or lost, in the order in which they were over. */
  public List<Response> harmed() {
    return responses.stream()
        .filter(r -> r.fate() == Fate.BAD || r.fate() == Fate.LOST)
        .sorted(Comparator.comparing(Response::over))
        .toList();
  }

  /** When the first bad or lost one was over. */
  public Optional<Instant> firstBad() {
    return harmed().stream().findFirst().map(Response::over);
  }

  /** When the last bad or lost one was over. */
  public Optional<Instant> lastBad() {
    return harmed().stream().reduce((a, b) -> b).map(Response::over);
  }

  /** Those that came on a connection of their own. */
  public Accounts fresh() {
    return only(Response::fresh);
  }

  /** Those that came on connections that were kept. */
  public Accounts kept() {
    return only(r -> !r.fresh());
  }

  /** Those that were due from then on. */
  public Accounts since(Instant from) {
    return only(r -> !r.due().isBefore(from));
  }

  /** Those that were due before. */
  public Accounts before(Instant end) {
    return only(r -> r.due().isBefore(end));
  }

  public Accounts only(Predicate<Response> those) {
    return new Accounts(responses.stream().filter(those).toList(), dropped);
  }

  /**
   * Time of the answers from the moment when they were due.
   *
   * @param quantile 0..1
   * @return ms; empty when nothing was answered
   */
  public Optional<Double> millis(double quantile) {
    long[] micros =
        responses.stream()
            .filter(Response::answered)
            .mapToLong(Response::micros)
            .sorted()
            .toArray();
    return micros.length == 0
        ? Optional.empty()
        : Optional.of(micros[(int) Math.ceil(quantile * (micros.length - 1))] / 1000.0);
  }

  /** The time-line; seconds without a request are left out. */
  public List<Second> seconds() {
    return responses.stream()
        .collect(
            Collectors.groupingBy(
                r -> r.due().truncatedTo(ChronoUnit.SECONDS), TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(second -> second(second.getKey(), new Accounts(second.getValue(), 0)))
        .toList();
  }

  /** A line for each response, with tabs between, for whoever looks into a failed run. */
  public void write(Path file) {
    try (BufferedWriter out = opened(file)) {
      out.write("due\tmicros\tuser\tconnection\tfate\tstatus\tversion\thow\n");
      for (Response response : responses) {
        out.write(line(response) + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedWriter opened(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return Files.newBufferedWriter(file);
  }

  @Override
  public String toString() {
    return "%d sent, answered by %s, %d bad, %d lost %s, %d in flight, %d dropped, p50 %s, p99 %s"
        .formatted(
            sent(),
            versions(),
            count(r -> r.fate() == Fate.BAD),
            lost(),
            losses(),
            inFlight(),
            dropped,
            inMillis(0.5),
            inMillis(0.99));
  }

  private String inMillis(double quantile) {
    return millis(quantile).map(m -> "%.1f ms".formatted(m)).orElse("-");
  }

  private static Second second(Instant at, Accounts of) {
    return new Second(at, of.versions(), of.count(r -> r.fate() == Fate.BAD), of.lost());
  }

  private static String line(Response r) {
    return String.join(
        "\t",
        r.due().toString(),
        String.valueOf(r.micros()),
        String.valueOf(r.user()),
        r.fresh() ? "fresh" : "kept",
        r.fate().name().toLowerCase(Locale.ROOT),
        String.valueOf(r.status()),
        r.version(),
        r.how());
  }

  private long count(Predicate<Response> those) {
    return responses.stream().filter(those).count();
  }

  private Map<String, Long> tally(Predicate<Response> those, Function<Response, String> by) {
    return responses.stream()
        .filter(those)
        .collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
  }
}
