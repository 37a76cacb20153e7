package dev.sluice.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.local.load.Users;
import dev.sluice.probes.checks.Check;
import dev.sluice.probes.metrics.Sought;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a node is started with.
 *
 * @param workload the Deployment's name
 * @param services entry points
 * @param routed whether there is a route that can split
 * @param replicas of the Deployment
 * @param template the first version's pod template
 * @param prepareWithin how long a pod may take to become ready in a rehearsal of the way back
 * @param checks by name
 * @param sought what the policy asks of its pods
 * @param proxyPort that users come to; 0: any that is free
 * @param users who comes
 * @param load requests/s from the start on; 0: none
 */
public record NodeConfig(
    String workload,
    List<String> services,
    boolean routed,
    int replicas,
    JsonNode template,
    Duration prepareWithin,
    Map<String, Check> checks,
    Sought sought,
    int proxyPort,
    Users users,
    double load) {
  public NodeConfig {
    services = List.copyOf(services);
    checks = Map.copyOf(checks);
  }

  private static final String FILE = "node-config.json";

  /** Where the node that is started in that folder finds it. */
  public void write(Path folder) throws IOException {
    Files.write(folder.resolve(FILE), Wire.json().writeValueAsBytes(this));
  }

  static NodeConfig read(Path folder) throws IOException {
    return Wire.json().readValue(Files.readAllBytes(folder.resolve(FILE)), NodeConfig.class);
  }
}
