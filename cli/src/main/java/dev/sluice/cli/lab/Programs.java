package dev.sluice.cli.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.local.node.Wire;
import dev.sluice.local.scenario.Scenario;
import dev.sluice.local.scenario.Scenario.Version;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How the versions of a scenario are started; what is missing is said before anything is. */
final class Programs {
  private static final String HOME = "sluice.home";

  private final Map<String, String> env;
  private final LabFolder folder;

  /**
   * @param env of this process, for where programs are looked for
   */
  Programs(Map<String, String> env, LabFolder folder) {
    this.env = env;
    this.folder = folder;
  }

  /** Looks whether every version could be started. */
  void check(Scenario scenario) throws Failed {
    for (Map.Entry<String, Version> entry : scenario.versions().entrySet()) {
      template(entry.getKey(), entry.getValue());
    }
  }

  /** The pod template of a version, as the lab's node takes it. */
  JsonNode template(String name, Version version) throws Failed {
    ObjectNode template = Wire.json().createObjectNode();
    ArrayNode command = template.putArray("command");
    (version.command().isEmpty() ? sample() : found(name, version.command())).forEach(command::add);
    ObjectNode variables = template.putObject("env");
    variables.put("VERSION", name);
    if (version.command().isEmpty()) {
      variables.put("GRACE", "500").put("FAULT_FILE", folder.faults().toAbsolutePath().toString());
    }
    variables.put("SLUICE_DIE_WITH_PARENT", "true");
    version.env().forEach(variables::put);
    template.put("readiness", version.readiness());
    return template;
  }

  private static List<String> sample() throws Failed {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx48m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-cp",
        sampleClasses(Path.of(System.getProperty(HOME, ".")).toAbsolutePath().normalize()),
        "dev.sluice.sample.orders.OrderService");
  }

  /** In a package jars; in the sources what was built there. */
  private static String sampleClasses(Path home) throws Failed {
    Path sample = home.resolve("samples/order-service");
    Path target = sample.resolve("target");
    if (Files.isDirectory(home.resolve("lib"))) {
      return sample + "/*";
    }
    for (String part : List.of("classes", "lib")) {
      if (!Files.isDirectory(target.resolve(part))) {
        throw new Failed(
            Exit.USAGE,
            "The sample order service is not built: %s is missing. Run: make build"
                .formatted(target.resolve(part)));
      }
    }
    return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
  }

  private List<String> found(String version, List<String> command) throws Failed {
    String program = command.getFirst();
    boolean there =
        program.contains("/")
            ? Files.isExecutable(Path.of(program))
            : List.of(env.getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    if (!there) {
      throw new Failed(
          Exit.USAGE,
          "Version %s is to be started by \"%s\", and there is no such program. Mend versions.%s.command."
              .formatted(version, program, version));
    }
    int jar = command.indexOf("-jar") + 1;
    if (jar > 0 && jar < command.size() && !Files.isRegularFile(Path.of(command.get(jar)))) {
      throw new Failed(
          Exit.USAGE,
          "Version %s needs the jar %s, and there is no such file here. Build it, or mend versions.%s.command."
              .formatted(version, Path.of(command.get(jar)).toAbsolutePath(), version));
    }
    return command;
  }
}
