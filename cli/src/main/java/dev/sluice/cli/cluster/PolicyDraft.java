package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.TwoVersions;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A policy as a file that explains itself.
 *
 * @param notes what was not found, and what would keep a release from starting: sentences
 */
record PolicyDraft(String text, List<String> notes) {
  private static final Set<String> METRICS_PORTS =
      Set.of("metrics", "http-metrics", "prometheus", "prom", "management", "actuator");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final String LINE = "\n";

  /**
   * @throws Failed if there is nothing through which its users come
   */
  static PolicyDraft of(Surroundings around) throws Failed {
    String root =
        around
            .root()
            .orElseThrow(
                () ->
                    new Failed(
                        Exit.FAILED,
                        "No Service in %s selects the pods of Deployment %s, and without one there is no traffic that could be moved. Give it a Service first. %s"
                            .formatted(
                                around.namespace(),
                                around.name(),
                                String.join(" ", around.unseen()))
                            .strip()));
    Writing writing = new Writing(around, root);
    writing.all();
    return new PolicyDraft(String.join(LINE, writing.lines) + LINE, List.copyOf(writing.notes));
  }

  /** Writes it from top to bottom. */
  private static final class Writing {
    private final Surroundings around;
    private final Deployment deployment;
    private final String root;
    private final List<String> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Writing(Surroundings around, String root) {
      this.around = around;
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
      boolean routed = route();
      strategy(routed);
      line("  keepWarm: 1h # after success the old pods stay so long: an undo is one write then");
      analysis();
      capacity();
      others();
      around.unseen().forEach(this::note);
    }

    private void head() {
      line(
          "# How the Deployment %s in %s is released. Written by sluice init from what is there: read it,",
          around.name(), around.namespace());
      line(
          "# then sluice check policy FILE, and kubectl apply -f FILE. No pod restarts by that; from then");
      line("# on every change of the pod template is a release.");
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

    /** Whether there is one that can be split. */
    private boolean route() {
      List<String> http = names(Lead.Kind.HTTP_ROUTE);
      List<String> grpc = names(Lead.Kind.GRPC_ROUTE);
      List<String> nginx = names(Lead.Kind.NGINX);
      for (Lead lead : around.leads()) {
        if (lead.kind() == Lead.Kind.OTHER_INGRESS) {
          note(
              "The %s leads here too, and is of no kind that Sluice splits yet: its users follow at the flip, all at once."
                  .formatted(lead));
        } else if (!NAME.matcher(lead.name()).matches()) {
          note(
              "The %s has a name that a policy cannot say (letters, digits and - alone), so it is left out: its users follow at the flip, all at once."
                  .formatted(lead));
        } else if (!lead.leadsOnlyTo(root)) {
          note(
              "No rule of the %s leads to the Service %s alone, so it is left out: its users follow at the flip, all at once."
                  .formatted(lead, root));
        }
      }
      if (!http.isEmpty() || !grpc.isEmpty()) {
        line("  # They lead to %s; the rules that do so alone are split.", root);
        line("  route:");
        line("    gateway:");
        refs("      httpRoutes", http);
        refs("      grpcRoutes", grpc);
        if (!nginx.isEmpty()) {
          note(
              "Ingresses of ingress-nginx lead here too (%s), and a policy names one kind of route: their users follow at the flip."
                  .formatted(String.join(", ", nginx)));
        }
        return true;
      }
      if (!nginx.isEmpty()) {
        line(
            "  # ingress-nginx: while traffic is split a canary Ingress stands beside each; they are not touched.");
        line("  route:");
        line("    ingressNginx:");
        refs("      ingresses", nginx);
        return true;
      }
      note(
          "No HTTPRoute, GRPCRoute or Ingress of ingress-nginx leads to %s, so traffic cannot be split: the policy is blue-green, all users at one moment."
              .formatted(root));
      return false;
    }

    private List<String> names(Lead.Kind kind) {
      return around.leads().stream()
          .filter(l -> l.kind() == kind && l.leadsOnlyTo(root))
          .filter(l -> NAME.matcher(l.name()).matches())
          .map(Lead::name)
          .toList();
    }

    private void refs(String field, List<String> names) {
      if (!names.isEmpty()) {
        line(
            "%s: [%s]",
            field,
            names.stream().map(n -> "{ name: " + n + " }").collect(Collectors.joining(", ")));
      }
    }

    private void strategy(boolean routed) {
      if (routed) {
        line("  strategy:");
        line("    canary:");
        line(
            "      # Standard: 1, 5, 20, 50 and 100 %% of the users, one to four and a half hours in all. Cautious takes");
        line(
            "      # twice that and asks a person before half of them, Fast a fifth. Or write stages of your own.");
        line("      preset: Standard");
        line("      bake: 15m # at 100 %%, with the way back open");
        return;
      }
      line(
          "  # With a route this could be canary: { preset: Standard }, which risks far fewer users.");
      line("  strategy:");
      line("    blueGreen:");
      line("      validate: 5m # between a ready new version and the flip");
      line("      approve: Before # a person says yes to the flip: sluice approve");
      line("      bake: 15m # after the flip, with the way back open");
    }

    private void analysis() {
      line("  analysis:");
      line(
          "    # The new version is judged beside the old one, by errors and latency of the same minutes.");
      line(
          "    # Measured: until the rate of false alarms is known here, evidence holds and asks, and only an outage aborts.");
      line("    arm: Measured");
      Map<String, String> annotations =
          Optional.ofNullable(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
              .orElse(Map.of());
      if (annotated(annotations)) {
        line(
            "    # Where the pods show their metrics is said by their annotations prometheus.io/…: port %s, path %s.",
            annotations.getOrDefault("prometheus.io/port", "the first that is declared"),
            annotations.getOrDefault("prometheus.io/path", "/metrics"));
        return;
      }
      Optional<ContainerPort> metrics =
          ports().stream()
              .filter(p -> p.getName() != null && METRICS_PORTS.contains(p.getName()))
              .findFirst();
      if (metrics.isPresent()) {
        line(
            "    # The port named %s; Spring Boot's actuator has /actuator/prometheus for a path.",
            metrics.get().getName());
        line("    scrape: { port: %d, path: /metrics }", metrics.get().getContainerPort());
        return;
      }
      note(
          "How the pods show their metrics was not found (no annotation prometheus.io/…, no port named metrics): %s. Without metrics nothing is judged, and a release stands still."
              .formatted(
                  ports().isEmpty()
                      ? "write scrape: { port: …, path: /metrics }"
                      : "port %d, path /metrics will be asked"
                          .formatted(ports().getFirst().getContainerPort())));
    }

    /** As they are read when a release runs. */
    private static boolean annotated(Map<String, String> annotations) {
      String scrape = annotations.getOrDefault("prometheus.io/scrape", "");
      return scrape.equals("true")
          || (annotations.containsKey("prometheus.io/port") && !scrape.equals("false"));
    }

    private List<ContainerPort> ports() {
      return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
          .flatMap(c -> Optional.ofNullable(c.getPorts()).orElse(List.of()).stream())
          .toList();
    }

    private void capacity() {
      line(
          "  # What one pod can carry, if you know it: the new version gets its pods before its share of the users.");
      line("  # capacity: { perPod: { requestsPerSecond: 250 }, targetUtilisation: 70%% }");
    }

    private void others() {
      line("  # Around it:");
      for (HorizontalPodAutoscaler autoscaler : around.autoscalers()) {
        line(
            "  # - HorizontalPodAutoscaler %s (%d to %d pods) stays as it is. It measures both versions together and so",
            autoscaler.getMetadata().getName(),
            Optional.ofNullable(autoscaler.getSpec().getMinReplicas()).orElse(1),
            autoscaler.getSpec().getMaxReplicas());
        line(
            "  #   keeps the old one able to take everybody back; the new one is sized by its share.");
        if (multiplies(autoscaler)) {
          note(
              "HorizontalPodAutoscaler %s has a target of type Value, which it multiplies by the pods of both versions: it will ask for more than is needed while a release runs. AverageValue does not."
                  .formatted(autoscaler.getMetadata().getName()));
        }
      }
      if (around.autoscalers().isEmpty()) {
        line(
            "  # - No HorizontalPodAutoscaler: the old version keeps its size until the new one has taken over.");
      }
      around
          .budgets()
          .forEach(
              b ->
                  line(
                      "  # - PodDisruptionBudget %s is pinned with the Services; the new version gets a copy while it has none.",
                      b.getMetadata().getName()));
      if (around.budgets().isEmpty()) {
        note(
            "No PodDisruptionBudget covers the pods: a drained node may take all pods of one version at once, in a release as at any time.");
      }
    }

    private static boolean multiplies(HorizontalPodAutoscaler autoscaler) {
      return Optional.ofNullable(autoscaler.getSpec().getMetrics()).orElse(List.of()).stream()
          .anyMatch(
              m ->
                  (m.getObject() != null && "Value".equals(m.getObject().getTarget().getType()))
                      || (m.getExternal() != null
                          && "Value".equals(m.getExternal().getTarget().getType())));
    }

    /** Said twice: in the file, for whoever reads it later, and now. */
    private void note(String sentence) {
      notes.add(sentence);
      line("  # - %s", sentence);
    }

    /** What somebody else wrote must not end a comment. */
    private void line(String form, Object... parts) {
      lines.add(form.formatted(parts).replaceAll("\\p{Cntrl}", " "));
    }
  }
}
