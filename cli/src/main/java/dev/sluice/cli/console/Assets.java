package dev.sluice.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page's own files, and uPlot from its WebJar: all that it loads, from here alone. */
final class Assets {
  private static final String UPLOT = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private Assets() {}

  /** One file. */
  static final class Asset {
    private final String type;
    private final byte[] bytes;

    private Asset(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    String type() {
      return type;
    }

    byte[] bytes() {
      return Arrays.copyOf(bytes, bytes.length);
    }
  }

  /** By their paths. */
  static Map<String, Asset> read() {
    Map<String, Asset> all = new TreeMap<>();
    all.put("/", own("index.html"));
    for (String name :
        new String[] {
          "console.js", "charts.js", "sheet.js", "stream.js", "console.css", "icon.svg"
        }) {
      all.put("/" + name, own(name));
    }
    String dist = "META-INF/resources/webjars/uplot/%s/dist/".formatted(uplotVersion());
    for (String name : new String[] {"uPlot.esm.js", "uPlot.min.css"}) {
      all.put(
          "/" + name, asset(name, Assets.class.getClassLoader().getResourceAsStream(dist + name)));
    }
    return all;
  }

  private static Asset own(String name) {
    return asset(name, Assets.class.getResourceAsStream(name));
  }

  private static Asset asset(String name, @Nullable InputStream from) {
    try (InputStream in = from) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from this program");
      }
      return new Asset(type(name), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
  }

  private static String uplotVersion() {
    try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(UPLOT)) {
      Properties of = new Properties();
      of.load(in);
      return of.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
