package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.local.node.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/** Where a lab keeps what it must find again; only its owner may enter. */
public record LabFolder(Path path) {
  private static final String STATE_HOME = "XDG_STATE_HOME";

  /** The one that is meant where none is named. */
  public static LabFolder usual(Map<String, String> env) {
    String given = env.getOrDefault(STATE_HOME, "");
    Path home =
        given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(given);
    return new LabFolder(home.resolve("sluice").resolve("lab"));
  }

  /** Whether a lab was ever there. */
  public boolean isThere() {
    return Files.exists(path.resolve("course.json"));
  }

  void create() throws Failed {
    try {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new Failed(
          Exit.USAGE,
          "The lab's folder %s cannot be made (%s). Name another with --folder."
              .formatted(path, e));
    }
  }

  Path state() {
    return path.resolve("state.json");
  }

  Path faults() {
    return path.resolve("faults.properties");
  }

  /** The files that the lab was started with, as they were then. */
  void keep(String scenario, Optional<String> policy) throws IOException {
    Files.writeString(path.resolve("scenario.yaml"), scenario);
    if (policy.isPresent()) {
      Files.writeString(path.resolve("policy.yaml"), policy.get());
    } else {
      Files.deleteIfExists(path.resolve("policy.yaml"));
    }
  }

  String scenario() throws IOException {
    return Files.readString(path.resolve("scenario.yaml"));
  }

  Optional<String> policy() throws IOException {
    Path file = path.resolve("policy.yaml");
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  /** How far the scenario has come; empty where no lab was ever here. */
  Optional<Course> course() throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(path.resolve("course.json"));
      return Optional.of(Wire.json().readValue(bytes, Course.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void write(Course course) throws IOException {
    Path next = path.resolve("course.json.next");
    Files.write(next, Wire.json().writeValueAsBytes(course));
    Files.move(next, path.resolve("course.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What all versions suffer from now on.
   *
   * @param errors share of requests that fail, 0..1
   * @param slow factor on their time
   */
  void outage(double errors, double slow) throws IOException {
    Path next = path.resolve("faults.next");
    Files.write(
        next, "errors=%s\nslow=%s\n".formatted(errors, slow).getBytes(StandardCharsets.UTF_8));
    Files.move(next, faults(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Nothing of an earlier lab is left. */
  void clear() throws IOException {
    for (String file : new String[] {"state.json", "course.json", "faults.properties"}) {
      Files.deleteIfExists(path.resolve(file));
    }
  }
}
