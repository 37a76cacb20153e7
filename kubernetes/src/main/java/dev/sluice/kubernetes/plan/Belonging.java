package dev.sluice.kubernetes.plan;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether what the policy names is another's. */
final class Belonging {
  private Belonging() {}

  /**
   * @param named the Deployment, Services, budgets and routes of the policy
   */
  static List<Obstacle> of(Workload workload, List<? extends HasMetadata> named) {
    List<Obstacle> found = new ArrayList<>();
    for (HasMetadata object : named) {
      String what = object.getKind() + " " + object.getMetadata().getName();
      Optional<String> other =
          Marks.label(object, Marks.POLICY).filter(p -> !p.equals(workload.policy()));
      if (other.isPresent()) {
        found.add(
            Obstacle.blocking(
                "%s belongs to the policy %s; two policies cannot release one workload. Delete one of them.",
                what, other.get()));
      }
      boolean ours = object.getMetadata().getName().equals(workload.candidate());
      if (ours && Marks.label(object, Marks.TRACK).isEmpty()) {
        found.add(
            Obstacle.blocking(
                "%s is there, and Sluice did not make it; a release makes one of that name. Give yours another name.",
                what));
      }
    }
    return found;
  }
}
