package dev.sluice.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CustomResourceDefinitions of this module's objects, as YAML. */
public final class Crds {
  private static final List<String> PLURALS =
      List.of(
          "releasepolicies",
          "releases",
          "releasecommands",
          "metrictemplates",
          "clustermetrictemplates");

  private Crds() {}

  /** Each as a document of its own. */
  public static List<String> all() {
    return PLURALS.stream().map(Crds::read).toList();
  }

  private static String read(String plural) {
    String name = "/crds/" + plural + ".yaml";
    try (InputStream in = Crds.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
