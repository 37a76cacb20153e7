package dev.sluice.kubernetes.plan;

import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.sequence.Write;
import dev.sluice.kubernetes.Budgets;
import dev.sluice.kubernetes.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * What a write does to which object, for people.
 *
 * @param stable the hash of the old version's set
 * @param budget whether the user has a disruption budget, so that the candidate gets one
 */
public record WriteInWords(Workload workload, String stable, boolean budget) {
  /** A line for each object. */
  public List<String> of(Write write) {
    String deployment = "Deployment " + workload.deployment();
    return switch (write) {
      case Write.Hold _ -> List.of(deployment + ": held");
      case Write.Release _ -> List.of(deployment + ": no longer held, nothing is left to roll");
      case Write.Pin w -> List.of(entry(w.entryPoint()) + ": " + version(w.hash()) + " alone");
      case Write.Unpin w ->
          List.of(
              entry(w.entryPoint())
                  + (w.sharedWith().isPresent() ? ": both versions" : ": as you wrote it"));
      case Write.SetSplit w -> routes(split(w.split()));
      case Write.ClearSplit _ -> routes("as you wrote it");
      case Write.CreateSet w -> List.of(set(w.hash()) + ": made, " + pods(w.size()));
      case Write.Resize w -> List.of(set(w.hash()) + ": " + pods(w.size()));
      case Write.TakeOut w -> List.of(set(w.hash()) + ": taken out of the Deployment");
      case Write.GiveIn w ->
          List.of(
              set(w.hash())
                  + (w.hash().equals(stable)
                      ? ": in the Deployment's history"
                      : ": the Deployment's own"));
      case Write.DeleteSet w -> List.of(set(w.hash()) + ": deleted");
      case Write.WriteTemplate _ -> List.of(deployment + ": its template is written back");
      case Write.ServeCandidate _ ->
          withBudget("Service " + workload.candidate() + ": made, for the new version", ": made");
      case Write.DropCandidateService _ ->
          withBudget("Service " + workload.candidate() + ": deleted", ": deleted").reversed();
      case Write.Preview w ->
          List.of(
              "Service "
                  + workload.preview().orElse("")
                  + (w.hash().isPresent() ? ": the new version" : ": as you wrote it"));
      case Write.StartCheck w ->
          List.of(
              CheckSpec.isRehearsal(w.name())
                  ? "Pod of the old version: started once, to rehearse the way back"
                  : "check " + w.name() + ": asked");
    };
  }

  private List<String> withBudget(String service, String what) {
    return budget
        ? List.of(service, "PodDisruptionBudget " + workload.candidate() + what)
        : List.of(service);
  }

  private String version(String hash) {
    return hash.equals(stable) ? "the old version" : "the new version";
  }

  private String set(String hash) {
    return "ReplicaSet of " + version(hash);
  }

  private static String pods(int size) {
    return size == 1 ? "1 pod" : size + " pods";
  }

  private static String entry(String name) {
    return Budgets.named(name).map(n -> "PodDisruptionBudget " + n).orElse("Service " + name);
  }

  private String split(Split split) {
    StringBuilder words = new StringBuilder();
    words.append(split.candidate()).append(" to ").append(workload.candidate());
    if (!split.match().isEmpty()) {
      words.append(", and the whitelisted");
    }
    if (!split.mirror().isNone()) {
      words.append(", copies of ").append(split.mirror());
    }
    if (split.affinity().isPresent()) {
      words.append(", who was there stays there");
    }
    return words.toString();
  }

  private List<String> routes(String what) {
    List<String> lines = new ArrayList<>();
    for (RouteRef ref : workload.httpRoutes()) {
      lines.add("HTTPRoute %s: %s".formatted(ref.name(), what));
    }
    for (RouteRef ref : workload.grpcRoutes()) {
      lines.add("GRPCRoute %s: %s".formatted(ref.name(), what));
    }
    for (String ingress : workload.ingresses()) {
      lines.add("canary Ingress beside %s: %s".formatted(ingress, what));
    }
    return lines;
  }
}
