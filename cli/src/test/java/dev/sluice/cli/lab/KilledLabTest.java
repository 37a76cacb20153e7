package dev.sluice.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Main;
import dev.sluice.cli.Sluice;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The control process is killed again and again; pods, proxy and users live on without it. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class KilledLabTest {
  private static final int KILLS = 20;

  /** So that the last kill comes before the release is through, which takes 38 s at least. */
  private static final int LEAST_MILLIS = 700;

  private static final int MORE_MILLIS = 1_500;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SCENARIO =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Scenario
      metadata: { name: killed }
      spec:
        load: { rate: 150 }
        versions: { v1: {}, v2: {} }
        steps: [{ deploy: v2 }]
        expect: { v2: Succeeded }
        limit: 5m
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        route: { gateway: { httpRoutes: [{ name: orders }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 5, min: 8s, max: 10s }
              - { name: medium, weight: 20, min: 8s, max: 10s }
              - { name: half, weight: 50, min: 8s, max: 10s }
            bake: 3s
        drain: 1s
        keepWarm: 5s
        analysis: { arm: Always }
      """;

  @TempDir private Path temp;

  @AfterEach
  void end() {
    Sluice.run("lab", "--stop", "--folder", folder().toString());
  }

  @Test
  void killed_at_twenty_random_moments_the_release_goes_on_and_no_request_is_lost()
      throws Exception {
    Path scenario = temp.resolve("killed.yaml");
    Files.writeString(scenario, SCENARIO);
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("seed of the kills: " + seed);
    Random random = new Random(seed);
    Process first = start(scenario, 0);
    poll(() -> course().filter(c -> c.done() == 1).isPresent());
    kill(first);

    long seq = 0;
    for (int i = 1; i < KILLS; i++) {
      Process control = start(scenario, i);
      long before = seq;
      boolean ended =
          control.waitFor(LEAST_MILLIS + random.nextInt(MORE_MILLIS), TimeUnit.MILLISECONDS);
      assertThat(ended).as("it still runs at kill %d: %s", i, said(i)).isFalse();
      kill(control);
      seq = JsonStore.read(folder().resolve("state.json")).map(Saved::seq).orElse(0L);
      assertThat(seq)
          .as("evidence is kept at kill %d; control said: %s", i, said(i))
          .isGreaterThanOrEqualTo(before);
    }
    Process last = start(scenario, KILLS);
    assertThat(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said(KILLS)).isTrue();

    assertThat(last.exitValue()).as(said(KILLS)).isZero();
    assertThat(said(KILLS)).contains("killed: v2 Succeeded").contains("failed by the system 0");
    List<Decided> decisions =
        JsonStore.read(folder().resolve("state.json")).orElseThrow().decisions();
    for (String stage : List.of("small", "medium", "half")) {
      assertThat(decisions)
          .filteredOn(d -> d.code().equals("stage") && d.stage().equals(Optional.of(stage)))
          .as("stage %s is entered once", stage)
          .hasSize(1);
    }
    assertThat(decisions).filteredOn(d -> d.code().equals("flip")).hasSize(1);
    assertThat(decisions)
        .filteredOn(d -> d.phase().equals(Optional.of(Phase.SUCCEEDED)))
        .isNotEmpty();
  }

  private interface Check {
    boolean holds() throws IOException;
  }

  private static void poll(Check check) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!check.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private Optional<Course> course() throws IOException {
    return new LabFolder(folder()).course();
  }

  private Process start(Path scenario, int number) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dsluice.home=" + System.getProperty("sluice.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "lab",
            "--folder",
            folder().toString(),
            "--scenario",
            scenario.toString())
        .redirectErrorStream(true)
        .redirectOutput(log(number).toFile())
        .start();
  }

  private static void kill(Process control) throws InterruptedException {
    control.destroyForcibly();
    assertThat(control.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private Path folder() {
    return temp.resolve("lab");
  }

  private Path log(int number) {
    return temp.resolve("control-" + number + ".log");
  }

  private String said(int number) throws IOException {
    return Files.readString(log(number));
  }
}
