package dev.sluice.cli.lab;

import dev.sluice.api.Nearest;
import dev.sluice.api.Parsed;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.InputFile;
import dev.sluice.local.scenario.Scenario;
import dev.sluice.local.scenario.ScenarioReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The scenarios that come with the program, and files of the user's own. */
final class Scenarios {
  /** In the order in which a newcomer may want to see them. */
  static final List<String> NAMES =
      List.of(
          "demo",
          "good",
          "adaptive",
          "errors-0-5",
          "errors-5",
          "errors-50",
          "slow",
          "crash-loop",
          "never-ready",
          "slow-start",
          "leak",
          "hangs",
          "refused",
          "hot-user",
          "outage",
          "missing-scrapes",
          "low-traffic",
          "whitelist",
          "blue-green",
          "blue-green-bad",
          "blue-green-outage",
          "abort-by-hand",
          "superseded",
          "undo",
          "unarmed");

  private Scenarios() {}

  /** One line of the list. */
  record Listed(String name, String about) {}

  static List<Listed> all() throws Failed {
    List<Listed> all = new ArrayList<>();
    for (String name : NAMES) {
      Parsed<Scenario> parsed = ScenarioReader.read(named(name).text());
      String about = parsed instanceof Parsed.Ok<Scenario> ok ? ok.value().about() : "";
      all.add(new Listed(name, about));
    }
    return all;
  }

  static String table() throws Failed {
    return all().stream()
        .map(l -> String.format(Locale.ROOT, "%-16s %s", l.name(), l.about()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** By name, or else a file. */
  static LabInput.Source find(String nameOrFile) throws Failed {
    boolean file = nameOrFile.contains("/") || nameOrFile.endsWith(".yaml");
    return file ? file(Path.of(nameOrFile)) : named(nameOrFile);
  }

  static LabInput.Source named(String name) throws Failed {
    if (!NAMES.contains(name)) {
      throw new Failed(
          Exit.USAGE,
          "There is no scenario \"%s\". %s sluice lab --list shows all; a file is named with its ending, like ./mine.yaml."
              .formatted(
                  name, Nearest.of(name, NAMES).map(n -> "Did you mean " + n + "?").orElse("")));
    }
    try (InputStream in = Scenarios.class.getResourceAsStream("scenarios/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its scenario " + name);
      }
      return new LabInput.Source(
          name + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the program's own file cannot be read", e);
    }
  }

  static LabInput.Source file(Path path) throws Failed {
    return new LabInput.Source(path.toString(), InputFile.read(path));
  }
}
