package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Split;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressRuleValue;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Ingress that stands beside a user's while traffic is split: the same hosts, paths, class and
 * certificates, as far as they lead to the root Service, which is the candidate's here. It is owned
 * by the user's, and goes with it.
 */
final class CanaryIngress {
  /** The old way to say of which class an Ingress is. */
  private static final String CLASS = "kubernetes.io/ingress.class";

  private static final String TRACK = "candidate";

  private CanaryIngress() {}

  static String name(String user) {
    return user + "-candidate";
  }

  /** Whether it was made for that policy, and not by somebody else. */
  static boolean isOf(Ingress ingress, Workload workload) {
    return Marks.label(ingress, Marks.TRACK).filter(TRACK::equals).isPresent()
        && Marks.label(ingress, Marks.POLICY).filter(workload.policy()::equals).isPresent();
  }

  /** As it should be beside that one. */
  static Ingress beside(Ingress user, Split split, Workload workload) {
    return new IngressBuilder()
        .withNewMetadata()
        .withName(name(user.getMetadata().getName()))
        .withNamespace(user.getMetadata().getNamespace())
        .addToLabels(Marks.POLICY, workload.policy())
        .addToLabels(Marks.TRACK, TRACK)
        .addToAnnotations(CanaryRules.write(split))
        .addToAnnotations(classOf(user))
        .withOwnerReferences(owner(user))
        .endMetadata()
        .withSpec(spec(user.getSpec(), workload))
        .build();
  }

  /** The one that is there, changed to what it should be, with what others added to it. */
  static Ingress changed(Ingress now, Ingress wanted) {
    Map<String, String> annotations = new HashMap<>(annotations(now));
    annotations.keySet().removeIf(CanaryIngress::isOurs);
    annotations.putAll(annotations(wanted));
    return now.edit()
        .editMetadata()
        .addToLabels(wanted.getMetadata().getLabels())
        .withAnnotations(annotations)
        .withOwnerReferences(wanted.getMetadata().getOwnerReferences())
        .endMetadata()
        .withSpec(wanted.getSpec())
        .build();
  }

  /** The one that is there with another split: its user's is gone. */
  static Ingress changed(Ingress now, Split split) {
    Map<String, String> annotations = new HashMap<>(annotations(now));
    annotations.keySet().removeIf(key -> isOurs(key) && !key.equals(CLASS));
    annotations.putAll(CanaryRules.write(split));
    return now.edit().editMetadata().withAnnotations(annotations).endMetadata().build();
  }

  /** Whether it leads where the user's leads, and is told nothing but its split. */
  static boolean isBeside(Ingress canary, Ingress user, Split split, Workload workload) {
    Ingress wanted = beside(user, split, workload);
    Map<String, String> told = new HashMap<>(annotations(canary));
    told.keySet().removeIf(key -> !isOurs(key));
    return canary.getSpec().equals(wanted.getSpec())
        && told.equals(annotations(wanted))
        && uids(canary).equals(uids(wanted));
  }

  /** What it asks for; empty where nothing does. */
  static Optional<Split> split(Ingress canary) {
    return CanaryRules.read(annotations(canary));
  }

  static Map<String, String> annotations(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
  }

  static Stream<IngressRule> rules(Ingress ingress) {
    return Optional.ofNullable(ingress.getSpec().getRules()).orElse(List.of()).stream();
  }

  /** Whether a rule has a path to that Service. */
  static boolean leadsTo(IngressRule rule, String service) {
    return paths(rule).anyMatch(path -> leadsTo(path.getBackend(), service));
  }

  static boolean leadsTo(IngressBackend backend, String service) {
    return backend.getService() != null && backend.getService().getName().equals(service);
  }

  private static IngressSpec spec(IngressSpec user, Workload workload) {
    return user.edit()
        .withDefaultBackend(null)
        .withRules(
            Optional.ofNullable(user.getRules()).orElse(List.of()).stream()
                .filter(rule -> leadsTo(rule, workload.root()))
                .map(rule -> toCandidate(rule, workload))
                .toList())
        .build();
  }

  private static IngressRule toCandidate(IngressRule rule, Workload workload) {
    List<HTTPIngressPath> paths =
        paths(rule)
            .filter(path -> leadsTo(path.getBackend(), workload.root()))
            .map(path -> toCandidate(path, workload))
            .toList();
    return rule.edit().withHttp(new HTTPIngressRuleValue(paths)).build();
  }

  private static HTTPIngressPath toCandidate(HTTPIngressPath path, Workload workload) {
    IngressServiceBackend root = path.getBackend().getService();
    IngressServiceBackend candidate = root.edit().withName(workload.candidate()).build();
    return path.edit().editBackend().withService(candidate).endBackend().build();
  }

  private static Stream<HTTPIngressPath> paths(IngressRule rule) {
    return rule.getHttp() == null || rule.getHttp().getPaths() == null
        ? Stream.empty()
        : rule.getHttp().getPaths().stream();
  }

  private static Map<String, String> classOf(Ingress user) {
    String named = annotations(user).get(CLASS);
    return named == null ? Map.of() : Map.of(CLASS, named);
  }

  private static boolean isOurs(String annotation) {
    return annotation.startsWith(CanaryRules.PREFIX)
        || annotation.equals(Marks.RELEASE)
        || annotation.equals(Marks.MATCH)
        || annotation.equals(CLASS);
  }

  private static OwnerReference owner(Ingress user) {
    return new OwnerReferenceBuilder()
        .withApiVersion("networking.k8s.io/v1")
        .withKind("Ingress")
        .withName(user.getMetadata().getName())
        .withUid(user.getMetadata().getUid())
        .build();
  }

  private static List<String> uids(Ingress ingress) {
    return Optional.ofNullable(ingress.getMetadata().getOwnerReferences())
        .orElse(List.of())
        .stream()
        .map(OwnerReference::getUid)
        .toList();
  }
}
