package dev.sluice.cli;

import dev.sluice.api.Yaml;
import picocli.CommandLine.Option;

/** How a command prints data: for people or for programs. */
public enum Output {
  TABLE,
  JSON,
  YAML;

  /**
   * @param value what programs get
   * @param table what people get
   */
  public String of(Object value, String table) {
    return switch (this) {
      case TABLE -> table;
      case JSON -> Yaml.json(value);
      case YAML -> Yaml.yaml(value);
    };
  }

  /** The option, for every command that prints data. */
  public static final class Choice {
    @Option(
        names = {"-o", "--output"},
        defaultValue = "table",
        description = "table, json or yaml (default: ${DEFAULT-VALUE})")
    private Output output;

    /** Filled in by picocli. */
    @SuppressWarnings("NullAway.Init")
    public Choice() {}

    public Output choice() {
      return output;
    }
  }
}
