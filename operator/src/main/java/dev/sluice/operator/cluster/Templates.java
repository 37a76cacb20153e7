package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.ApiObject;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The metric templates that a policy names, as they were at one moment: kind, name and spec of each
 * that is there.
 *
 * <p>A release is judged to its end by what it began with: its bets are on counts of one kind. So
 * the templates are kept with what is remembered of it, a process that takes over reads them there,
 * and a template that was changed meanwhile is taken when the release has ended.
 */
final class Templates {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAMESPACED = "MetricTemplate";
  private static final String OF_THE_CLUSTER = "ClusterMetricTemplate";

  /** The spec of each, by kind and name. */
  private final Map<String, JsonNode> specs;

  private Templates(Map<String, JsonNode> specs) {
    this.specs = specs;
  }

  /** As the cluster has them now. */
  static Templates named(ReleasePolicy policy, Cluster cluster) {
    String namespace = policy.metadata().namespace().orElse("default");
    Map<String, JsonNode> specs = new TreeMap<>();
    for (PolicySpec.Metric metric : policy.spec().analysis().metrics()) {
      metric
          .template()
          .ifPresent(
              name ->
                  cluster
                      .templates()
                      .flatMap(all -> all.get(namespace, name))
                      .ifPresent(t -> specs.put(key(NAMESPACED, name), spec(t))));
      metric
          .clusterTemplate()
          .ifPresent(
              name ->
                  cluster.clusterTemplates().stream()
                      .flatMap(all -> all.all().stream())
                      .filter(t -> t.getMetadata().getName().equals(name))
                      .forEach(t -> specs.put(key(OF_THE_CLUSTER, name), spec(t))));
    }
    return new Templates(specs);
  }

  /** As they were kept; empty where nothing was. */
  static Optional<Templates> kept(JsonNode state) {
    if (!state.has("templates")) {
      return Optional.empty();
    }
    Map<String, JsonNode> specs = new TreeMap<>();
    for (JsonNode one : state.path("templates")) {
      specs.put(
          key(one.path("kind").asText(), one.path("name").asText()), one.path("spec").deepCopy());
    }
    return Optional.of(new Templates(specs));
  }

  /** These, and of the others those that are not among them. */
  Templates before(Templates others) {
    Map<String, JsonNode> specs = new TreeMap<>(others.specs);
    specs.putAll(this.specs);
    return new Templates(specs);
  }

  /** To be kept. */
  ArrayNode toJson() {
    ArrayNode all = JSON.createArrayNode();
    specs.forEach(
        (key, spec) -> {
          int slash = key.indexOf('/');
          ObjectNode one = all.addObject();
          one.put("kind", key.substring(0, slash));
          one.put("name", key.substring(slash + 1));
          one.set("spec", spec);
        });
    return all;
  }

  /**
   * The policy with its templates.
   *
   * @param problems gets what is wrong with the templates, at the place where the policy names them
   */
  Manifest with(ReleasePolicy policy, Problems problems) {
    List<ApiObject> objects = new ArrayList<>();
    objects.add(policy);
    List<PolicySpec.Metric> metrics = policy.spec().analysis().metrics();
    for (int i = 0; i < metrics.size(); i++) {
      String path = "spec.analysis.metrics[" + i + "]";
      PolicySpec.Metric metric = metrics.get(i);
      metric
          .template()
          .flatMap(name -> read(NAMESPACED, name, policy, path + ".template", problems))
          .ifPresent(objects::add);
      metric
          .clusterTemplate()
          .flatMap(name -> read(OF_THE_CLUSTER, name, policy, path + ".clusterTemplate", problems))
          .ifPresent(objects::add);
    }
    return new Manifest(objects);
  }

  private Optional<ApiObject> read(
      String kind, String name, ReleasePolicy policy, String path, Problems problems) {
    JsonNode spec = specs.get(key(kind, name));
    if (spec == null) {
      return Optional.empty();
    }
    ObjectNode object = JSON.createObjectNode().put("apiVersion", ApiObject.VERSION);
    ObjectNode metadata = object.put("kind", kind).putObject("metadata").put("name", name);
    if (kind.equals(NAMESPACED)) {
      policy.metadata().namespace().ifPresent(own -> metadata.put("namespace", own));
    }
    object.set("spec", spec);
    return switch (Manifest.read(object.toString())) {
      case Parsed.Ok<Manifest>(Manifest manifest) -> Optional.of(manifest.objects().getFirst());
      case Parsed.Bad<Manifest> bad -> {
        for (Problem problem : bad.problems()) {
          problems.add(
              new Problem(
                  0,
                  path,
                  "names the %s %s, of which %s %s"
                      .formatted(kind, name, problem.path(), problem.seen()),
                  problem.mend()));
        }
        yield Optional.empty();
      }
    };
  }

  private static JsonNode spec(GenericKubernetesResource template) {
    JsonNode spec = JSON.valueToTree(template.getAdditionalProperties().get("spec"));
    return spec == null ? JSON.createObjectNode() : spec;
  }

  private static String key(String kind, String name) {
    return kind + "/" + name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Templates templates && specs.equals(templates.specs);
  }

  @Override
  public int hashCode() {
    return specs.hashCode();
  }
}
