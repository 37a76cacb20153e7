package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as {@code make package} has made it, on a machine without Java. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
class PackageTest {
  private static final Path DIST = Helm.DEPLOY.resolveSibling("target/dist");

  private static final String SCENARIO =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Scenario
      metadata: { name: one }
      spec:
        load: { rate: 50 }
        versions: { v1: {}, v2: {} }
        steps: [{ deploy: v2 }]
        expect: { v2: Succeeded }
        limit: 4m
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        strategy: { blueGreen: { validate: 1s, bake: 3s } }
        drain: 1s
        keepWarm: 1s
        analysis: { arm: Always }
      """;

  @TempDir private static Path folder;

  private static Path home = Path.of("");

  @BeforeAll
  static void unpack() throws Exception {
    Path archive = the(DIST, ".tar.gz");
    assertThat(
            new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .start()
                .waitFor())
        .isZero();
    home = the(folder, "");
  }

  @Test
  void it_says_its_version_and_kubectl_finds_it() throws Exception {
    assertThat(said(1, "sluice", "version")).startsWith("sluice ").contains("(Java 25");
    assertThat(said(1, "kubectl-sluice", "version")).isEqualTo(said(1, "sluice", "version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sluice", "alone"})
  void its_caches_are_taken(String cache) throws Exception {
    Process process =
        new ProcessBuilder(
                home.resolve("runtime/bin/java").toString(),
                "-XX:AOTMode=on",
                "-XX:AOTCache=" + home.resolve("lib/" + cache + ".aot"),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                home.resolve("lib/sluice-cli.jar").toString(),
                "version")
            .start();
    assertThat(process.waitFor()).as("0 unless the cache cannot be used").isZero();
  }

  @Test
  void it_takes_the_sample_service_along_for_the_lab() throws Exception {
    String scenario = Files.writeString(folder.resolve("one.yaml"), SCENARIO).toString();
    assertThat(said(5, "sluice", "lab", "--scenario", scenario, "--folder", folder + "/lab"))
        .contains("one: v2 Succeeded")
        .contains("failed by the system 0");
  }

  @Test
  void it_serves_the_console_with_all_that_the_page_loads() throws Exception {
    Process console =
        new ProcessBuilder(
                home.resolve("bin/sluice").toString(),
                "console",
                "--lab=" + folder.resolve("no-lab"),
                "--listen=127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = console.inputReader();
        HttpClient client = HttpClient.newHttpClient()) {
      String url = out.readLine().replaceAll(".* (http://\\S+) .*", "$1");
      for (String file : List.of("", "console.js", "console.css", "uPlot.esm.js")) {
        assertThat(
                client
                    .send(
                        HttpRequest.newBuilder(URI.create(url + file)).build(),
                        HttpResponse.BodyHandlers.discarding())
                    .statusCode())
            .as(file)
            .isEqualTo(200);
      }
    } finally {
      console.destroy();
    }
    assertThat(console.waitFor(10, TimeUnit.SECONDS)).as("it ends when it is told to").isTrue();
  }

  @Test
  void all_that_is_in_it_is_in_its_bill_of_materials() throws Exception {
    String bill = Files.readString(home.resolve("sluice.cdx.json"));
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      assertThat(
              jars.map(jar -> jar.getFileName().toString())
                  .filter(name -> name.endsWith(".jar") && !name.equals("sluice-cli.jar"))
                  .map(name -> name.replaceAll("-[0-9].*", "")))
          .allSatisfy(name -> assertThat(bill).contains("\"name\" : \"" + name + "\""));
    }
  }

  private static Path the(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }

  /** Without a Java of the machine's own. */
  private static String said(int minutes, String program, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/" + program).toString()));
    command.addAll(List.of(words));
    Path out = Files.createTempFile(folder, "said-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", "/usr/bin:/bin");
    Process process = builder.start();
    assertThat(process.waitFor(minutes, TimeUnit.MINUTES)).as("it ends").isTrue();
    String said = Files.readString(out);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
