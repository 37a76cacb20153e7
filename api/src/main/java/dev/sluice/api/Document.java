package dev.sluice.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One document of a YAML (or JSON) file, with the line of each of its values. */
public final class Document {
  /** Longer files are refused; the longest policy that makes sense is a tenth of it. */
  static final int CHARACTERS = 1 << 20;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, Integer> lines = new HashMap<>();
  private final Problems problems;
  private JsonNode root = NODES.missingNode();

  private Document(Problems problems) {
    this.problems = problems;
  }

  /**
   * All documents of a file; empty ones (between two separators) are left out.
   *
   * @param problems gets what cannot be read at all, and keys that are written twice
   */
  public static List<Document> all(String text, Problems problems) {
    if (text.length() > CHARACTERS) {
      problems.add(
          new Problem(
              0, "", "the file has more than a million characters", "split it into several"));
      return List.of();
    }
    List<Document> documents = new ArrayList<>();
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        Document document = new Document(problems);
        document.root = document.value(parser, "");
        if (!document.root.isNull()) {
          documents.add(document);
        }
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String said = String.valueOf(e.getOriginalMessage());
      problems.add(
          new Problem(
              at == null ? 0 : at.getLineNr(),
              "",
              "this is not YAML: " + said.lines().findFirst().orElse("it ends too early"),
              "look at the indentation, the quotes and the brackets around that line"));
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail to be read", e);
    }
    if (documents.isEmpty() && problems.none()) {
      problems.add(new Problem(0, "", "the file is empty", "write a ReleasePolicy into it"));
    }
    return documents;
  }

  /** What was read already, and has no lines worth naming. */
  static Document of(JsonNode root, Problems problems) {
    Document document = new Document(problems);
    document.root = root;
    return document;
  }

  /** What the document says it is; empty where it does not. */
  public Optional<String> kind() {
    return Optional.of(root.path("kind")).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  /** The document's outermost object. */
  public Fields fields() {
    if (root.isObject()) {
      return new Fields(this, "", root);
    }
    wrong("", "is " + Fields.describe(root) + ", not an object", "begin with \"apiVersion: …\"");
    return new Fields(this, "", NODES.objectNode());
  }

  void wrong(String path, String seen, String mend) {
    problems.add(new Problem(line(path), path, seen, mend));
  }

  boolean sound() {
    return problems.none();
  }

  /** The line of that path, or of what is around it. */
  private int line(String path) {
    String at = path;
    while (!lines.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return lines.getOrDefault(at, 0);
  }

  private JsonNode value(YAMLParser parser, String path) throws IOException {
    lines.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
    if (parser.isCurrentAlias()) {
      wrong(path, "refers to another place (*" + parser.getText() + ")", "write the value itself");
      return NODES.nullNode();
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser, path + "[" + array.size() + "]"));
        }
        yield array;
      }
      case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> NODES.textNode(parser.getText());
    };
  }

  private ObjectNode object(YAMLParser parser, String path) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String at = path.isEmpty() ? name : path + "." + name;
      if (object.has(name)) {
        problems.add(
            new Problem(
                parser.currentTokenLocation().getLineNr(),
                at,
                "is written twice",
                "keep one of the two"));
      }
      lines.put(at, parser.currentTokenLocation().getLineNr());
      parser.nextToken();
      object.set(name, value(parser, at));
    }
    return object;
  }
}
