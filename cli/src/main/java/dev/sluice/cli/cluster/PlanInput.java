package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.ApiObject;
import dev.sluice.api.ClusterMetricTemplate;
import dev.sluice.api.Manifest;
import dev.sluice.api.MetricTemplate;
import dev.sluice.api.Nearest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problem;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The policy that is planned by, with the metric templates that it names.
 *
 * @param policy in its namespace
 * @param among the templates, in theirs
 * @param runs the release that is under way; empty: none, or nobody knows
 */
record PlanInput(ReleasePolicy policy, Manifest among, Optional<String> runs) {
  /**
   * From a file.
   *
   * @param namespace instead of the file's; empty: the file's, else the usual one
   */
  static PlanInput of(Path file, Optional<String> namespace, String usual) throws Failed {
    PolicyFile read = PolicyFile.read(file, "a plan is of one");
    String here = read.namespace(namespace, usual);
    Optional<String> written = read.policy().metadata().namespace();
    List<ApiObject> templates = new ArrayList<>();
    for (ApiObject object : read.manifest().objects()) {
      if (object instanceof MetricTemplate t) {
        boolean own = t.metadata().namespace().equals(written);
        templates.add(own ? new MetricTemplate(t.metadata().in(here), t.spec()) : t);
      } else if (object instanceof ClusterMetricTemplate) {
        templates.add(object);
      }
    }
    return new PlanInput(in(read.policy(), here), new Manifest(templates), Optional.empty());
  }

  /**
   * From the cluster.
   *
   * @param name empty: the only one
   */
  static PlanInput of(KubernetesClient client, Optional<String> name, String namespace)
      throws Failed, IOException {
    List<GenericKubernetesResource> all =
        Asking.the(
            "The policies of %s were not read".formatted(namespace),
            () ->
                client
                    .genericKubernetesResources(Cluster.POLICIES)
                    .inNamespace(namespace)
                    .list()
                    .getItems());
    List<String> names = all.stream().map(p -> p.getMetadata().getName()).toList();
    GenericKubernetesResource object =
        all.stream()
            .filter(p -> name.isEmpty() ? all.size() == 1 : named(p, name.get()))
            .findFirst()
            .orElseThrow(() -> none(name, names, namespace));
    PolicyObject policy = new PolicyObject(ClusterScene.tree(client, object));
    var bare = policy.tree().deepCopy();
    bare.remove("status");
    return switch (Manifest.read(bare.toString())) {
      case Parsed.Ok<Manifest>(Manifest manifest)
          when manifest.objects().getFirst() instanceof ReleasePolicy read ->
          new PlanInput(
              in(read, namespace),
              new Manifest(List.of()),
              policy.phase().filter(phase -> !phase.ended()).flatMap(_ -> policy.release()));
      case Parsed.Ok<Manifest> _ -> throw new IllegalArgumentException("no ReleasePolicy");
      case Parsed.Bad<Manifest> bad ->
          throw new Failed(
              Exit.FAILED,
              "The policy %s cannot be followed as it is: %s"
                  .formatted(policy.name(), sentences(bad.problems())));
    };
  }

  /** With those templates of the cluster that the policy names and that did not come with it. */
  PlanInput withTemplatesOf(Standings cluster) throws Failed {
    List<ApiObject> more = new ArrayList<>(among.objects());
    String here = policy.metadata().namespace().orElse("default");
    for (PolicySpec.Metric metric : policy.spec().analysis().metrics()) {
      Optional<String> key = metric.template().map(t -> here + "/" + t).or(metric::clusterTemplate);
      String name = metric.template().or(metric::clusterTemplate).orElse("");
      boolean there = more.stream().anyMatch(o -> o.metadata().name().equals(name));
      if (key.isPresent() && !there) {
        Optional<ObjectNode> tree = cluster.template(key.get());
        if (tree.isPresent()) {
          switch (Manifest.of(List.of(tree.get()))) {
            case Parsed.Ok<Manifest> ok -> more.addAll(ok.value().objects());
            case Parsed.Bad<Manifest> bad ->
                throw new Failed(
                    Exit.FAILED,
                    "The template %s cannot be followed as it is: %s"
                        .formatted(key.get(), sentences(bad.problems())));
          }
        }
      }
    }
    return new PlanInput(policy, new Manifest(more), runs);
  }

  private static boolean named(GenericKubernetesResource policy, String name) {
    return policy.getMetadata().getName().equals(name.replaceFirst("^policy/", ""));
  }

  private static Failed none(Optional<String> name, List<String> names, String namespace) {
    if (name.isPresent()) {
      return new Failed(
          Exit.USAGE,
          "There is no ReleasePolicy %s in %s.%s"
              .formatted(
                  name.get(),
                  namespace,
                  Nearest.of(name.get(), names).map(n -> " Did you mean " + n + "?").orElse("")));
    }
    return new Failed(
        Exit.USAGE,
        names.isEmpty()
            ? "There is no ReleasePolicy in the namespace %s. Of a file it is: sluice plan -f FILE."
                .formatted(namespace)
            : "There are %d policies in the namespace %s: name one of %s."
                .formatted(
                    names.size(),
                    namespace,
                    names.stream().sorted().collect(Collectors.joining(", "))));
  }

  /** Without lines: what the API server has is no file of many lines. */
  static String sentences(List<Problem> problems) {
    return problems.stream()
        .map(p -> new Problem(0, p.path(), p.seen(), p.mend()).toString())
        .map(s -> s.endsWith("?") ? s : s + ".")
        .collect(Collectors.joining(" "));
  }

  private static ReleasePolicy in(ReleasePolicy policy, String namespace) {
    return new ReleasePolicy(policy.metadata().in(namespace), policy.spec());
  }
}
