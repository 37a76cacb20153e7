package dev.sluice.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a watcher saw, a line of JSON each: first the shop, then versions and answers in the order
 * in which they were told. Written and read line by line, so that its length does not matter.
 */
public final class WatchFile implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final BufferedWriter out;

  /**
   * @param file is begun anew
   */
  public WatchFile(Path file, Shop shop) throws IOException {
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    this.out = Files.newBufferedWriter(file);
    ObjectNode line = JSON.createObjectNode();
    line.put("namespace", shop.namespace());
    line.put("policy", shop.policy());
    line.put("deployment", shop.deployment());
    shop.services().forEach(line.putArray("services")::add);
    shop.route().ifPresent(r -> line.put("route", r.kind() + "/" + r.name()));
    shop.preview().ifPresent(p -> line.put("preview", p));
    write(line);
  }

  /**
   * @param writer as the watcher was told
   */
  public void append(Version version, Writer writer) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("at", version.at().toString());
    line.put("revision", version.revision());
    line.put("kind", version.kind());
    if (version.deleted()) {
      line.put("deleted", true);
    }
    if (writer != Writer.UNKNOWN) {
      line.put("writer", writer.name());
    }
    line.set("object", version.object());
    write(line);
  }

  public void append(Answer answer) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("due", answer.due().toString());
    line.put("over", answer.over().toString());
    line.put("version", answer.version());
    line.put("status", answer.status());
    line.put("fresh", answer.fresh());
    if (!answer.lost().isEmpty()) {
      line.put("lost", answer.lost());
    }
    write(line);
  }

  private void write(ObjectNode line) throws IOException {
    JSON.writeValue(out, line);
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /**
   * A watcher that has seen all of it.
   *
   * @throws IOException if it cannot be read, or is none
   */
  public static Watcher read(Path file, Limits limits) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      String first = in.readLine();
      if (first == null || !JSON.readTree(first).has("deployment")) {
        throw new IOException(file + " does not begin with a shop, so it is no file of a watcher.");
      }
      Watcher watcher = new Watcher(shop(JSON.readTree(first)), limits);
      String line;
      while ((line = in.readLine()) != null) {
        tell(watcher, JSON.readTree(line));
      }
      return watcher;
    }
  }

  private static void tell(Watcher watcher, JsonNode line) {
    if (line.has("object")) {
      watcher.saw(
          new Version(
              Instant.parse(line.path("at").asText()),
              line.path("revision").asLong(),
              line.path("kind").asText(),
              line.path("deleted").asBoolean(),
              line.path("object")),
          Writer.valueOf(line.path("writer").asText(Writer.UNKNOWN.name())));
    } else {
      watcher.saw(
          new Answer(
              Instant.parse(line.path("due").asText()),
              Instant.parse(line.path("over").asText()),
              line.path("version").asText(),
              line.path("status").asInt(),
              line.path("fresh").asBoolean(),
              line.path("lost").asText()));
    }
  }

  private static Shop shop(JsonNode line) {
    List<String> services = new ArrayList<>();
    line.path("services").forEach(s -> services.add(s.asText()));
    Optional<Shop.Route> route =
        Read.word(line, "route")
            .map(r -> r.split("/", 2))
            .map(words -> new Shop.Route(words[0], words[1]));
    return new Shop(
        line.path("namespace").asText(),
        line.path("policy").asText(),
        line.path("deployment").asText(),
        services,
        route,
        Read.word(line, "preview"));
  }

  /** Looks at a file again: exit 0 nothing is broken, 1 something is, 2 it is no such file. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("Name one file that a watcher wrote.");
      System.exit(2);
    }
    try {
      Watcher watcher = read(Path.of(args[0]), Limits.usual());
      watcher.violations().forEach(System.out::println);
      System.out.println(watcher.counts());
      System.exit(watcher.violations().isEmpty() ? 0 : 1);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }
}
