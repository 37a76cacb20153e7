package dev.sluice.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.load.Users;
import dev.sluice.probes.checks.Answers.Header;
import dev.sluice.probes.checks.Expectation;
import dev.sluice.probes.checks.HttpCheck;
import dev.sluice.probes.checks.Subject;
import dev.sluice.probes.checks.WebhookCheck;
import dev.sluice.probes.metrics.Sought;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {
  @TempDir private Path folder;

  @Test
  void a_node_reads_the_checks_that_it_was_given() throws Exception {
    HttpCheck http =
        new HttpCheck(
            "POST",
            "/orders",
            List.of(new Header("a", "b")),
            Optional.of("{}"),
            new Expectation(
                201,
                Optional.of("ok"),
                Optional.empty(),
                Optional.of(new Header("c", "d")),
                Optional.of(Duration.ofMillis(500))),
            3,
            Duration.ofSeconds(30));
    Subject subject =
        new Subject(
            "orders",
            "shop",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.of("half"),
            "gate",
            "BeforeStage");
    WebhookCheck webhook =
        new WebhookCheck(
            URI.create("http://localhost:1/gate"),
            Optional.empty(),
            Duration.ofMinutes(5),
            subject);
    NodeConfig config =
        new NodeConfig(
            "orders",
            List.of("orders"),
            true,
            3,
            Wire.json().createObjectNode(),
            Duration.ofSeconds(30),
            Map.of("smoke", http, "gate", webhook),
            Sought.nothing(),
            0,
            Users.USUAL,
            0);
    config.write(folder);
    assertThat(NodeConfig.read(folder).checks()).isEqualTo(Map.of("smoke", http, "gate", webhook));
  }
}
