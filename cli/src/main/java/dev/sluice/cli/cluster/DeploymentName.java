package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import java.util.Set;

/** A Deployment as people name it to kubectl. */
public final class DeploymentName {
  private static final Set<String> DEPLOYMENT =
      Set.of("deployment", "deployments", "deploy", "deployment.apps", "deployments.apps");

  private DeploymentName() {}

  /**
   * @param target {@code deployment/NAME}
   * @throws Failed if it says no kind, or another one
   */
  public static String of(String target) throws Failed {
    int slash = target.indexOf('/');
    if (slash < 0) {
      throw new Failed(
          Exit.USAGE, "Say what %s is: sluice init deployment/%s.".formatted(target, target));
    }
    String kind = target.substring(0, slash);
    if (!DEPLOYMENT.contains(kind)) {
      throw new Failed(
          Exit.USAGE, "Sluice releases Deployments, and %s is none.".formatted(target));
    }
    return target.substring(slash + 1);
  }
}
