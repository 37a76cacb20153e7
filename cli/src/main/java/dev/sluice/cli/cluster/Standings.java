package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Around;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Spec;
import dev.sluice.kubernetes.Marks;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How policies of a cluster stand, from what the operator remembers in their status: the same
 * judge, asked about the same ledger, says the same as it does to the operator.
 */
final class Standings {
  private static final Duration TICK = Settings.defaults().tick();

  /** Evidence is saved every half a minute; twice that and some more is too long. */
  private static final Duration SILENT = Settings.defaults().saveEvery().multipliedBy(3);

  private static final ResourceDefinitionContext OWN =
      templates("MetricTemplate", "metrictemplates", true);
  private static final ResourceDefinitionContext SHARED =
      templates("ClusterMetricTemplate", "clustermetrictemplates", false);

  private final KubernetesClient client;
  private final Map<String, Optional<ObjectNode>> templates = new HashMap<>();

  Standings(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @throws Failed if the policy, or what is remembered of it, cannot be read
   */
  Standing remembered(PolicyObject object) throws Failed, IOException {
    Resolved resolved = resolved(object);
    Plan plan = Plan.of(resolved.spec());
    Optional<Saved> kept = object.saved();
    Saved saved = kept.orElseGet(() -> SavedVerdict.nothingYet(object.name(), plan, TICK));
    if (saved.memory().running().filter(r -> r.stage() >= plan.stages().size()).isPresent()) {
      throw new Failed(
          Exit.USAGE,
          "The policy %s has fewer stages by now than its release has passed."
              .formatted(object.name()));
    }
    Instant now = Instant.now();
    Verdict verdict = SavedVerdict.of(plan, saved, TICK, OptionalDouble.empty());
    List<String> troubles = new ArrayList<>(object.troubles());
    silence(saved, now).ifPresent(troubles::add);
    Around around = new Around(Map.of(), Map.of(), rate(verdict), Optional.empty());
    return new Standing(now, resolved.policy(), plan, saved, verdict, around, troubles);
  }

  /** The same with what the sets of pods say, where they may be asked. */
  Standing seen(PolicyObject object) throws Failed, IOException {
    Standing s = remembered(object);
    Around around =
        s.saved()
            .memory()
            .run()
            .map(run -> around(object.namespace(), run, s.around().rate()))
            .orElse(s.around());
    return new Standing(s.at(), s.policy(), s.plan(), s.saved(), s.verdict(), around, s.troubles());
  }

  private static OptionalDouble rate(Verdict verdict) {
    double rate = verdict.candidate().requestsPerSecond() + verdict.stable().requestsPerSecond();
    return rate > 0 ? OptionalDouble.of(rate) : OptionalDouble.empty();
  }

  private static Optional<String> silence(Saved saved, Instant now) {
    return saved
        .memory()
        .running()
        .flatMap(_ -> saved.readAt())
        .filter(at -> Duration.between(at, now).compareTo(SILENT) > 0)
        .map(
            at ->
                "No evidence was recorded since %s: the counters cannot be read, or no operator runs."
                    .formatted(at.truncatedTo(ChronoUnit.SECONDS)));
  }

  private Around around(String namespace, Run run, OptionalDouble rate) {
    Set<String> hashes = new LinkedHashSet<>();
    hashes.add(run.versions().hash());
    hashes.add(run.versions().stableHash());
    Map<String, Integer> ready = new HashMap<>();
    Map<String, String> images = new HashMap<>();
    for (ReplicaSet set : sets(namespace, hashes)) {
      String hash = set.getMetadata().getLabels().getOrDefault(Marks.HASH, "");
      ready.put(
          hash, Optional.ofNullable(set.getStatus()).map(st -> st.getReadyReplicas()).orElse(0));
      image(set).ifPresent(image -> images.put(hash, image));
    }
    boolean distinct = Set.copyOf(images.values()).size() == hashes.size();
    return new Around(distinct ? images : Map.of(), ready, rate, Optional.empty());
  }

  /** None where they may not be listed: then they are not known, and nothing is made up. */
  private List<ReplicaSet> sets(String namespace, Set<String> hashes) {
    try {
      return client
          .apps()
          .replicaSets()
          .inNamespace(namespace)
          .withLabelIn(Marks.HASH, hashes.toArray(String[]::new))
          .list()
          .getItems();
    } catch (KubernetesClientException e) {
      return List.of();
    }
  }

  /** What people call a version: the image's name and tag, without where it comes from. */
  private static Optional<String> image(ReplicaSet set) {
    return set.getSpec().getTemplate().getSpec().getContainers().stream()
        .findFirst()
        .flatMap(c -> Optional.ofNullable(c.getImage()))
        .map(image -> image.substring(image.lastIndexOf('/') + 1));
  }

  private Resolved resolved(PolicyObject object) throws Failed {
    Problems problems = new Problems();
    switch (Manifest.of(withTemplates(object))) {
      case Parsed.Ok<Manifest>(Manifest manifest)
          when manifest.objects().getFirst() instanceof ReleasePolicy policy -> {
        Resolved resolved = Resolved.of(policy, manifest, Spec.Route.FULL, problems);
        if (problems.none()) {
          return resolved;
        }
      }
      case Parsed.Ok<Manifest> _ -> throw new IllegalArgumentException("no ReleasePolicy");
      case Parsed.Bad<Manifest> bad -> bad.problems().forEach(problems::add);
    }
    throw new Failed(
        Exit.USAGE,
        "The policy %s cannot be followed as it is: %s"
            .formatted(
                object.name(),
                problems.list().stream().map(Standings::said).collect(Collectors.joining(" "))));
  }

  private static String said(Problem p) {
    String said = p.toString();
    return said.endsWith("?") ? said : said + ".";
  }

  /** One that is missing is said where the policy names it. */
  private List<JsonNode> withTemplates(PolicyObject object) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.setAll(object.tree());
    asked.remove("status");
    List<JsonNode> all = new ArrayList<>(List.of(asked));
    Set<String> named = new LinkedHashSet<>();
    for (JsonNode metric : object.tree().at("/spec/analysis/metrics")) {
      String own = metric.path("template").asText();
      String shared = metric.path("clusterTemplate").asText();
      if (!own.isEmpty()) {
        named.add(object.namespace() + "/" + own);
      }
      if (!shared.isEmpty()) {
        named.add(shared);
      }
    }
    named.forEach(name -> template(name).ifPresent(all::add));
    return all;
  }

  /**
   * A metric template; empty where it is not there, or may not be read.
   *
   * @param name of one of the cluster, or namespace and name with a slash between
   */
  Optional<ObjectNode> template(String name) {
    return templates.computeIfAbsent(name, this::readTemplate);
  }

  private Optional<ObjectNode> readTemplate(String name) {
    int slash = name.indexOf('/');
    try {
      GenericKubernetesResource found =
          slash < 0
              ? client.genericKubernetesResources(SHARED).withName(name).get()
              : client
                  .genericKubernetesResources(OWN)
                  .inNamespace(name.substring(0, slash))
                  .withName(name.substring(slash + 1))
                  .get();
      return Optional.ofNullable(found).map(t -> ClusterScene.tree(client, t));
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }

  private static ResourceDefinitionContext templates(
      String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("sluice.dev")
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }
}
