package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.api.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The pages of docs/reference follow from the code. */
class ReferenceTest {
  private static final Path PAGES = Path.of("../docs/reference");
  private static final String MADE =
      "<!-- Made by ReferenceTest: ./mvnw -pl cli -am test -Dtest=ReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.reference=write -->\n\n";

  @Test
  void the_commands_are_as_they_say_themselves() throws IOException {
    CommandLine program = Commands.addTo(new CommandLine(new Main()));
    StringBuilder page = new StringBuilder("# Commands\n\n").append(MADE);
    page.append("What all of them have in common is in [command-line.md](../command-line.md).\n\n");
    help(page, "sluice", program);
    program.getSubcommands().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(c -> !c.getValue().getCommandSpec().usageMessage().hidden())
        .forEach(
            c -> {
              help(page, "sluice " + c.getKey(), c.getValue());
              c.getValue()
                  .getSubcommands()
                  .forEach((name, sub) -> help(page, "sluice " + c.getKey() + " " + name, sub));
            });
    assertPage("commands.md", page.toString());
  }

  private static void help(StringBuilder page, String name, CommandLine command) {
    page.append("## ").append(name).append("\n\n```\n");
    page.append(
        command
            .setUsageHelpWidth(110)
            .getUsageMessage(Ansi.OFF)
            .lines()
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n")));
    page.append("\n```\n\n");
  }

  @Test
  void the_objects_are_as_the_api_server_knows_them() throws IOException {
    StringBuilder page = new StringBuilder("# Objects\n\n").append(MADE);
    page.append(
        "`sluice.dev/v1alpha1`, as `kubectl explain` shows them. What the API server refuses beyond types and limits, it refuses in a sentence.\n");
    for (String crd : Crds.all()) {
      JsonNode definition = new YAMLMapper().readTree(crd);
      JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
      page.append("\n## ").append(definition.at("/spec/names/kind").asText()).append("\n\n");
      page.append(schema.path("description").asText()).append("\n\n");
      page.append("| field | type | default | what |\n| --- | --- | --- | --- |\n");
      for (String part : List.of("spec", "status")) {
        if (schema.path("properties").has(part)) {
          fields(page, part, schema.path("properties").path(part));
        }
      }
    }
    assertPage("objects.md", page.toString());
  }

  private static void fields(StringBuilder page, String path, JsonNode schema) {
    List<String> required = schema.path("required").valueStream().map(JsonNode::asText).toList();
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode of = field.getValue();
      JsonNode inner = of.has("items") ? of.path("items") : of;
      String name = path + "." + field.getKey() + (of.has("items") ? "[]" : "");
      page.append(
          "| `%s`%s | %s | %s | %s |\n"
              .formatted(
                  name,
                  required.contains(field.getKey()) ? " (required)" : "",
                  type(of),
                  of.has("default") ? "`" + of.path("default") + "`" : "",
                  cell(of.path("description").asText())));
      fields(page, name, inner);
    }
  }

  private static String type(JsonNode schema) {
    if (schema.has("enum")) {
      return schema
          .path("enum")
          .valueStream()
          .map(JsonNode::asText)
          .collect(Collectors.joining(", "));
    }
    if (schema.has("items")) {
      return "list of " + type(schema.path("items"));
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer or string";
    }
    return schema.path("type").asText("any");
  }

  private static final Pattern CLASS =
      Pattern.compile(
          "(?s)/\\*\\*(?<doc>.*?)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*(?:public )?(?:final )?(?:sealed )?(?:class|record|enum|interface) ");
  private static final Pattern SAID =
      Pattern.compile(
          "(?s)(?:(?:Reason\\.of|new Reason)\\(\\s*|by\\(command, )\"(?<code>[a-z]+(?:-[a-z]+)*)\",\\s*(?<text>(?:\"(?:[^\"\\\\]|\\\\.)*\"(?:\\s*\\+\\s*)?)*)");

  @Test
  void the_reasons_are_as_they_are_decided() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    for (String module : List.of("engine", "operator")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file :
            files
                .filter(f -> f.toString().endsWith(".java"))
                .sorted(Comparator.naturalOrder())
                .toList()) {
          String source = Files.readString(file);
          SAID.matcher(source)
              .results()
              .forEach(
                  said ->
                      rows.computeIfAbsent(said.group("code"), _ -> new ArrayList<>())
                          .add("| %s | %s |".formatted(sentence(said), cell(about(source)))));
        }
      }
    }
    assertThat(rows).containsKeys("harm", "approval", "aborted-by-hand", "candidate-silent");
    StringBuilder page = new StringBuilder("# Reasons\n\n").append(MADE);
    page.append(
        """
        Each decision has a code, which stays, and a sentence for people; both are in the status of the `ReleasePolicy` and of the `Release`, in the
        operator's log, and in events, where the code is the event's reason in camel case (`candidate-silent` is `CandidateSilent`). `…` stands for what was seen.

        | code | the sentence begins | decided by |
        | --- | --- | --- |
        """);
    rows.forEach(
        (code, all) ->
            all.stream().distinct().forEach(row -> page.append("| `" + code + "` " + row + "\n")));
    assertPage("reasons.md", page.toString());
  }

  private static String sentence(MatchResult said) {
    String text =
        Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"")
            .matcher(said.group("text"))
            .results()
            .map(r -> r.group(1))
            .collect(Collectors.joining());
    return cell(text.replaceAll("%[0-9$.,]*[a-z]", "…").replace("%%", "%").replace("\\\"", "\""));
  }

  /** The first sentence of what a class says of itself. */
  private static String about(String source) {
    Matcher doc = CLASS.matcher(source);
    String text = doc.find() ? doc.group("doc").replaceAll("\\s*\\n\\s*\\* ?", " ").strip() : "";
    text = text.replaceAll("\\{@(?:code|link) #?([^}]*)}", "$1").replaceAll("<p>.*", "");
    int end = text.indexOf(". ", text.startsWith("Invariant") ? text.indexOf(". ") + 1 : 0);
    return end < 0 ? text : text.substring(0, end + 1);
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").strip();
  }

  private static void assertPage(String name, String page) throws IOException {
    Path file = PAGES.resolve(name);
    if (System.getProperty("sluice.reference", "").equals("write")) {
      Files.createDirectories(PAGES);
      Files.writeString(file, page);
    }
    assertThat(file)
        .as("%s follows from the code; its first lines say how to make it", name)
        .hasContent(page);
  }
}
