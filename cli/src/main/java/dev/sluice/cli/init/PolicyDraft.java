package dev.sluice.cli.init;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.TwoVersions;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A policy as a file that explains itself.
 *
 * @param notes what was not found, and what would keep a release from starting: sentences
 */
record PolicyDraft(String text, List<String> notes) {
  /**
   * @throws Failed if there is nothing through which its users come
   */
  static PolicyDraft of(Seen seen) throws Failed {
    Writing writing = new Writing(seen, root(seen.around()));
    writing.all();
    return new PolicyDraft(writing.sheet.text(), writing.sheet.notes());
  }

  /**
   * The Service through which its users come.
   *
   * @throws Failed if there is none
   */
  static String root(Surroundings around) throws Failed {
    return around
        .root()
        .orElseThrow(
            () ->
                new Failed(
                    Exit.FAILED,
                    "No Service in %s selects the pods of Deployment %s, and without one there is no traffic that could be moved. Give it a Service first. %s"
                        .formatted(
                            around.namespace(), around.name(), String.join(" ", around.unseen()))
                        .strip()));
  }

  /** Writes it from top to bottom. */
  private static final class Writing {
    private final Sheet sheet = new Sheet();
    private final Seen seen;
    private final Surroundings around;
    private final Deployment deployment;
    private final String root;

    Writing(Seen seen, String root) {
      this.seen = seen;
      this.around = seen.around();
      this.deployment = around.deployment();
      this.root = root;
    }

    void all() {
      head();
      refusals();
      line("apiVersion: sluice.dev/v1alpha1");
      line("kind: ReleasePolicy");
      line("metadata: { name: %s, namespace: %s }", around.name(), around.namespace());
      line("spec:");
      line("  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: %s }", around.name());
      services();
      boolean routed = new RouteSection(sheet, seen, root).write();
      new StrategySection(sheet, seen).write(routed);
      line("  keepWarm: 1h # after success the old pods stay so long: an undo is one write then");
      new AnalysisSection(sheet, seen).write();
      capacity();
      new AroundSection(sheet, around).write();
      around.unseen().forEach(this::note);
    }

    private void head() {
      line(
          "# How the Deployment %s in %s is released. Written by sluice init from what is there: read it,",
          around.name(), around.namespace());
      line(
          "# then sluice check policy FILE, and kubectl apply -f FILE. No pod restarts by that; from then");
      line("# on every change of the pod template is a release.");
      if (seen.approve().isEmpty()) {
        line(
            "# Nobody was asked: it ran without a terminal, or with --no-input. What a person might choose is as Enter has it.");
      }
    }

    /** What design and operator refuse at the start of a release. */
    private void refusals() {
      List<String> why = new ArrayList<>(TwoVersions.refusals(deployment));
      for (String claim : around.claims()) {
        why.add(
            "The pods use the volume of the claim %s, which one node may have at a time (ReadWriteOnce): two versions cannot share it. Use a volume that several may write to, or none."
                .formatted(claim));
      }
      if (rolls()) {
        why.add("A native rollout is still under way. Wait for it, or undo it.");
      }
      Map<String, String> labels =
          Optional.ofNullable(deployment.getMetadata().getLabels()).orElse(Map.of());
      String policy = labels.getOrDefault(Marks.POLICY, "");
      if (!policy.isEmpty() && !policy.equals(around.name())) {
        why.add(
            "The Deployment is released by the policy %s already; one Deployment has one policy."
                .formatted(policy));
      }
      if (!why.isEmpty()) {
        line("#");
        line("# As it is, no release would start:");
        why.forEach(this::note);
      }
    }

    private boolean rolls() {
      DeploymentStatus status = deployment.getStatus();
      return status != null
          && status.getReplicas() != null
          && Optional.ofNullable(status.getUpdatedReplicas()).orElse(0) < status.getReplicas();
    }

    private void services() {
      line(
          "  # Every Service that selects the pods: each is an entry point, and is pinned to one version.");
      line(
          "  services: [%s]",
          around.services().stream()
              .map((Service s) -> s.getMetadata().getName())
              .collect(Collectors.joining(", ")));
    }

    private void capacity() {
      line(
          "  # What one pod can carry, if you know it: the new version gets its pods before its share of the users.");
      line("  # capacity: { perPod: { requestsPerSecond: 250 }, targetUtilisation: 70%% }");
    }

    private void note(String sentence) {
      sheet.note(sentence);
    }

    private void line(String form, Object... parts) {
      sheet.line(form, parts);
    }
  }
}
