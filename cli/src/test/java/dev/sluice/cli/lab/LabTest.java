package dev.sluice.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Sluice;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as a newcomer runs it. */
@Tag("slow")
class LabTest {
  @TempDir private Path folder;

  @Test
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_the_system_loses_no_request() {
    Sluice demo = Sluice.run("lab", "--folder", folder.toString());

    assertThat(demo.exit()).as(demo.err()).isZero();
    assertThat(demo.lastLine())
        .matches(
            "demo: v2 Succeeded, v3 Aborted, requests \\d{4,}, failed by the system 0,"
                + " hurt by v3 \\d+");
    assertThat(folder.resolve("node.json")).as("nothing is left running").doesNotExist();

    Sluice get = sluice("get");
    assertThat(get.out()).contains("orders-2").contains("Aborted").contains("errors");
    assertThat(sluice("get", "releases", "-o", "yaml").out()).contains("phase: Aborted");
    assertThat(sluice("history").out().lines())
        .as("newest first")
        .satisfiesExactly(
            head -> assertThat(head).startsWith("RELEASE"),
            bad -> assertThat(bad).startsWith("orders-2 ").contains("Aborted"),
            good -> assertThat(good).startsWith("orders-1 ").contains("Succeeded"));
    assertThat(sluice("explain", "orders-1").out()).startsWith("orders-1 has ended as Succeeded.");
    assertThat(sluice("watch", "orders-1").exit()).isZero();
    assertThat(sluice("explain").out()).contains("You can give: sluice retry");
    assertThat(sluice("watch").exit()).as("it was taken back").isEqualTo(1);
    Sluice approve = sluice("approve");
    assertThat(approve.exit()).isEqualTo(2);
    assertThat(approve.err())
        .startsWith("orders-2 has ended as aborted; it can no longer be told to approve.");
  }

  private Sluice sluice(String... words) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--lab=" + folder;
    return Sluice.run(all);
  }
}
