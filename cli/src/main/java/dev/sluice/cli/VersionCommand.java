package dev.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What version this is, and what it runs on. */
@Command(
    name = "version",
    description = "Prints the version of Sluice and of the Java that runs it.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
  @Mixin private Output.Choice output;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  VersionCommand() {}

  /**
   * @param version of Sluice
   * @param java version of the running Java
   */
  record Version(String version, String java) {}

  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"sluice " + read().version()};
    }
  }

  @Override
  public void run() {
    try {
      Version version = read();
      String table = "sluice %s (Java %s)".formatted(version.version(), version.java());
      spec.commandLine().getOut().println(output.choice().of(version, table));
    } catch (IOException e) {
      throw new IllegalStateException("This build of Sluice does not know its version.", e);
    }
  }

  private static Version read() throws IOException {
    Properties build = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IOException("build.properties is missing from the program");
      }
      build.load(in);
    }
    return new Version(build.getProperty("version", "unknown"), Runtime.version().toString());
  }
}
