package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A YAML file that stands beside a class and belongs to the build.
 *
 * @param text as it was written
 */
public record YamlFile(String text) {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");

  public static YamlFile beside(Class<?> type, String name) {
    try (InputStream in = type.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return new YamlFile(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With every occurrence of a text replaced. */
  public YamlFile with(String placeholder, String value) {
    return new YamlFile(text.replace(placeholder, value));
  }

  /** Its documents, each an object of Kubernetes. */
  public List<GenericKubernetesResource> objects() {
    return SEPARATOR
        .splitAsStream(text)
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }

  /** The whole as a value of that type. */
  public <T> T as(Class<T> type) {
    return Serialization.unmarshal(text, type);
  }
}
