package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether two versions of a Deployment could run beside each other, by what it says itself. */
public final class TwoVersions {
  /** What keeps them from it. */
  public enum Obstacle {
    RECREATE,
    NO_REPLICAS,
    NODES_PORTS,
    SELECTOR
  }

  /**
   * Why not.
   *
   * @param sentence with what to do about it
   */
  public record Refusal(Obstacle obstacle, String sentence) {}

  private TwoVersions() {}

  /** Why not, a sentence each, with what to do about it. */
  public static List<String> refusals(Deployment deployment) {
    return obstacles(deployment).stream().map(Refusal::sentence).toList();
  }

  /** The same, each with its kind. */
  public static List<Refusal> obstacles(Deployment deployment) {
    List<Refusal> why = new ArrayList<>();
    strategy(deployment, why);
    pods(deployment.getSpec().getTemplate().getSpec(), why);
    selector(deployment.getSpec().getSelector(), why);
    return why;
  }

  private static void strategy(Deployment deployment, List<Refusal> why) {
    if (deployment.getSpec().getStrategy() != null
        && "Recreate".equals(deployment.getSpec().getStrategy().getType())) {
      why.add(
          new Refusal(
              Obstacle.RECREATE,
              "The Deployment's strategy is Recreate: two versions may not run beside each other, so there is"
                  + " no release without an outage. Set it to RollingUpdate if they may."));
    }
    if (Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1) == 0) {
      why.add(
          new Refusal(
              Obstacle.NO_REPLICAS,
              "The Deployment has 0 replicas, so nothing serves that could be compared. Scale it up."));
    }
  }

  private static void pods(PodSpec pods, List<Refusal> why) {
    pods.getContainers().stream()
        .flatMap(c -> c.getPorts().stream())
        .map(ContainerPort::getHostPort)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            port ->
                why.add(
                    new Refusal(
                        Obstacle.NODES_PORTS,
                        "The pods take port %d of their node, which two versions on one node cannot share. Use a Service instead."
                            .formatted(port))));
    if (Boolean.TRUE.equals(pods.getHostNetwork())) {
      why.add(
          new Refusal(
              Obstacle.NODES_PORTS,
              "The pods use their node's network, which two versions on one node cannot share."));
    }
  }

  private static void selector(LabelSelector selector, List<Refusal> why) {
    Map<String, String> pairs = Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of());
    if (pairs.isEmpty() && Selectors.selects(selector, Map.of(Marks.TRACK, "candidate"))) {
      why.add(
          new Refusal(
              Obstacle.SELECTOR,
              "The Deployment selects every set that has no labels of its own, so no set could stand beside"
                  + " it. Give its selector a matchLabels pair."));
    }
  }
}
