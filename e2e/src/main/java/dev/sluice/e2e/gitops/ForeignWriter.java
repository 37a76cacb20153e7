package dev.sluice.e2e.gitops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Somebody else who writes to a shop's objects until this is closed, by the rights of its
 * developer. What it reads and says is kept under target/e2e/gitops.
 */
public final class ForeignWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Pattern WRITE =
      Pattern.compile(
          "\\b(configured|created|serverside-applied|replaced|scaled|patched|edited|restarted|resumed"
              + "|rolled back|labeled|unlabeled|annotated|deployed)\\b");
  private static final Pattern NUMBERS = Pattern.compile("[0-9]{3,}|\"[^\"]*\"");

  private final Writer writer;
  private final Shop shop;
  private final Commands commands;
  private final Path log;
  private final List<Round> rounds = new CopyOnWriteArrayList<>();
  private Optional<Process> program = Optional.empty();
  private volatile boolean closed;
  private Optional<Thread> thread = Optional.empty();

  /**
   * @param at when it began
   * @param writes that the API server took; as far as the program says, also such as change nothing
   * @param synced Synced or OutOfSync, of a program that says so; else empty
   * @param health of all objects together as the program computes it; empty: it does not
   * @param each the objects by name that are not well, with health and message
   * @param error a sentence; empty: none
   */
  public record Round(
      Instant at,
      int writes,
      String synced,
      String health,
      Map<String, String> each,
      String error) {}

  private ForeignWriter(Shop shop, Writer writer, Path folder) {
    this.writer = writer;
    this.shop = shop;
    this.log = folder.resolve("said.log");
    this.commands = new Commands(shop, folder);
  }

  /**
   * It writes nothing before {@link #begin}.
   *
   * @param head what is in Git
   * @param more a manifest that is in Git besides, for example the policy; empty: nothing
   */
  public static ForeignWriter of(Shop shop, Writer writer, Edition head, String more) {
    Path folder = Path.of("target", "e2e", "gitops", shop.namespace()).toAbsolutePath();
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("said.log"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ForeignWriter one = new ForeignWriter(shop, writer, folder);
    if (!more.isEmpty()) {
      one.commands.manifest("more.yaml", more);
    }
    one.push(head);
    return one;
  }

  /** What is in Git from now on. */
  public void push(Edition head) {
    commands.manifest("shop.yaml", shop.manifests(head, writer.work().git()));
    writer.work().push().forEach(this::must);
  }

  private void must(String command) {
    try {
      Commands.Outcome outcome = commands.run(command, DEADLINE);
      keep("%s%n%s%n".formatted(command, outcome.out()));
      if (outcome.exit() != 0) {
        throw new IllegalStateException(command + ": " + outcome.out());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** From now on it writes, round after round. */
  public void begin() {
    writer.work().first().forEach(this::must);
    if (writer.work().program()) {
      program = Optional.of(commands.start(writer.work().rounds().getFirst(), log));
    } else {
      thread = Optional.of(Thread.ofVirtual().name(writer.name()).start(this::write));
    }
  }

  private void write() {
    List<String> all = writer.work().rounds();
    try {
      for (int n = 0; !closed; n++) {
        Instant at = Instant.now();
        String command = all.get(n % all.size());
        Commands.Outcome outcome = commands.run(command, DEADLINE);
        keep("%s %s%n%s%n".formatted(at, command, outcome.out()));
        int writes = (int) outcome.out().lines().filter(l -> WRITE.matcher(l).find()).count();
        String error = outcome.exit() == 0 ? "" : outcome.out().strip();
        rounds.add(new Round(at, writes, "", "", Map.of(), error));
        LockSupport.parkNanos(writer.work().pace().toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed in the midst of a command
    }
  }

  private void keep(String text) {
    try {
      Files.writeString(log, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that are over, oldest first. */
  public List<Round> rounds() {
    if (program.isEmpty()) {
      return List.copyOf(rounds);
    }
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> line.startsWith("{") && line.endsWith("}"))
          .map(ForeignWriter::told)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How often each complaint was heard, of rounds that failed; numbers and quoted words in them are
   * left out.
   */
  public Map<String, Long> complaints() {
    return rounds().stream()
        .filter(round -> !round.error().isEmpty())
        .collect(
            Collectors.groupingBy(
                round ->
                    NUMBERS.matcher(round.error().lines().findFirst().orElse("")).replaceAll("…"),
                TreeMap::new,
                Collectors.counting()));
  }

  /** A sentence for people. */
  public String summary() {
    List<Round> all = rounds();
    return "%s: %d rounds, %d writes, complaints %s"
        .formatted(writer, all.size(), all.stream().mapToInt(Round::writes).sum(), complaints());
  }

  private static Round told(String line) {
    try {
      JsonNode round = JSON.readTree(line);
      Map<String, String> unwell = new TreeMap<>();
      List<String> writes = new ArrayList<>();
      for (JsonNode object : round.path("objects")) {
        String health = object.path("health").asText();
        if (!List.of("", "Current", "Healthy").contains(health)) {
          unwell.put(
              object.path("object").asText(), health + ": " + object.path("message").asText());
        }
        if (WRITE.matcher(object.path("action").asText()).matches()) {
          writes.add(object.path("object").asText());
        }
      }
      return new Round(
          Instant.parse(round.path("at").asText()),
          writes.size(),
          round.path("sync").asText(),
          round.path("health").asText(),
          unwell,
          round.path("error").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a round: " + line, e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** Nothing is written by it any more when this returns; what it did can still be asked. */
  public void stop() {
    closed = true;
    program.ifPresent(Commands::end);
    if (thread.isPresent()) {
      thread.get().interrupt();
      try {
        thread.get().join(DEADLINE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
