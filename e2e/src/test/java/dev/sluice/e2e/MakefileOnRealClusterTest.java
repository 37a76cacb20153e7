package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The sample's Makefile, by somebody who may edit and release in one namespace. */
@Tag("cluster")
@Tag("own") // of three images
@Tag("slow")
@Tag("long")
@Timeout(420)
class MakefileOnRealClusterTest {
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 1h, max: 2h }
            - { name: half, weight: 50, min: 1h, max: 2h }
          bake: 2s
      drain: 1s
      keepWarm: 10m
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @TempDir private Path folder;

  @Test
  void a_team_deploys_promotes_and_rolls_back_by_make() throws Exception {
    try (ReleasedShop shop = cluster.open("makefile")) {
      shop.adopt(SPEC);
      Person.of(
          cluster.kubelab(),
          "makefile",
          "maya",
          folder,
          "edit",
          "sluice-viewer",
          "sluice-releaser");
      shop.comeUsers(40);

      make("deploy-canary", "TAG=v2");
      shop.awaitStage(1, "small");
      assertThat(make("weight")).contains("small", "10%");
      make("promote");
      shop.awaitStage(1, "half");
      make("promote", "REASON=looks good");
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.shop().served()).contains("v2");

      make("rollback");
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      assertThat(shop.shop().served()).contains("v1");

      make("deploy-canary", "TAG=v3");
      shop.awaitStage(3, "small");
      make("rollback", "REASON=not today");
      assertThat(shop.awaitEnd(3)).isEqualTo("Aborted");
      assertThat(make("status")).contains("Aborted");
      assertThat(shop.decisions(3)).anyMatch(d -> d.contains("not today"));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** What it says; it must end well. */
  private String make(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("make", "-C", "../samples/order-service"));
    command.addAll(List.of(words));
    command.add("IMAGE=sluice.local/order-service");
    command.add("NAMESPACE=makefile");
    command.add("KUBECONFIG=" + folder.resolve("makefile-maya.conf"));
    command.add("KUBECTL=" + Scripts.home().resolve("bin/kubectl"));
    command.add("SLUICE=" + sluice());
    Path said = folder.resolve("said");
    Process make =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = make.waitFor(60, TimeUnit.SECONDS);
    String text = Files.readString(said);
    assertThat(ended).as(text).isTrue();
    assertThat(make.exitValue()).as(text).isZero();
    return text;
  }

  /** As the package has it, of the classes under test. */
  private Path sluice() throws IOException {
    Path script = folder.resolve("sluice");
    Files.writeString(
        script,
        "#!/bin/sh\nexec '%s' -cp '%s' dev.sluice.cli.Main \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }
}
