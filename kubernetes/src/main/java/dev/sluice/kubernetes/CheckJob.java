package dev.sluice.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.probes.checks.Subject;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a check's Job is made of: the CronJob's template to the letter, plus what is asked about in
 * its environment and an end. It runs under the account that its author gave it.
 */
final class CheckJob {
  /** For its logs, and for a process that asks again after its end. */
  private static final int KEPT = (int) Duration.ofDays(1).toSeconds();

  private static final String VARIABLES = "SLUICE_";

  /** Of a name, beside a dash and the hash; pods add to it. */
  private static final int READABLE = 44;

  private final Cluster cluster;
  private final Workload workload;

  CheckJob(Cluster cluster, Workload workload) {
    this.cluster = cluster;
    this.workload = workload;
  }

  /**
   * The same for the same question, whoever asks; another for a policy of that name which was made
   * anew and counts its releases from 1 again.
   */
  String name(Subject subject) {
    String policy =
        cluster
            .policy(workload.namespace(), workload.policy())
            .map(p -> p.getMetadata().getUid())
            .orElse("");
    String deployment = deployment().map(d -> d.getMetadata().getUid()).orElse("");
    String whole =
        String.join(
            "/",
            policy,
            deployment,
            subject.release(),
            subject.check(),
            subject.version().orElse(""));
    String readable = subject.release() + "-" + subject.check();
    String head = readable.substring(0, Math.min(READABLE, readable.length()));
    return head.replaceAll("-+$", "") + "-" + hash(whole);
  }

  /** Why nothing is made of it; empty: it may be run. */
  Optional<String> refused(CronJob from) {
    String name = from.getMetadata().getName();
    if (!Marks.label(from, Marks.CHECK).equals(Optional.of("true"))) {
      return Optional.of(
          "The CronJob %s does not say that policies may run it; its author allows it by kubectl label cronjob/%s %s=true -n %s"
              .formatted(name, name, Marks.CHECK, workload.namespace()));
    }
    Map<String, String> labels = podLabels(from);
    boolean isOurs =
        deployment().filter(d -> Selectors.selects(d.getSpec().getSelector(), labels)).isPresent();
    boolean isServed =
        workload.services().stream()
            .flatMap(s -> cluster.services().get(workload.namespace(), s).stream())
            .map(CheckJob::unpinned)
            .anyMatch(selector -> !selector.isEmpty() && Selectors.selects(selector, labels));
    return isOurs || isServed
        ? Optional.of(
            "The pods of CronJob %s would carry the labels that the pods of %s are selected by; give them others."
                .formatted(name, workload.deployment()))
        : Optional.empty();
  }

  /** Empty: the Deployment that should own it is not there now. */
  Optional<Job> of(CronJob from, Subject subject, Duration timeout) {
    return deployment().map(owner -> of(from, subject, timeout, owner));
  }

  private Job of(CronJob from, Subject subject, Duration timeout, Deployment owner) {
    JobTemplateSpec template = from.getSpec().getJobTemplate();
    JobSpec spec = template.getSpec();
    long limit = Math.max(1, timeout.toSeconds());
    long deadline =
        Optional.ofNullable(spec.getActiveDeadlineSeconds())
            .map(d -> Math.min(d, limit))
            .orElse(limit);
    List<EnvVar> told = told(subject);
    PodSpec pods = spec.getTemplate().getSpec();
    Map<String, String> labels = new HashMap<>();
    Map<String, String> annotations = new HashMap<>();
    Optional.ofNullable(template.getMetadata())
        .ifPresent(
            m -> {
              labels.putAll(Optional.ofNullable(m.getLabels()).orElse(Map.of()));
              annotations.putAll(Optional.ofNullable(m.getAnnotations()).orElse(Map.of()));
            });
    labels.put(Marks.CHECK, workload.policy());
    annotations.put(Marks.RELEASE, subject.release());
    return new JobBuilder()
        .withNewMetadata()
        .withName(name(subject))
        .withNamespace(workload.namespace())
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(Sets.owner(owner))
        .endMetadata()
        .withNewSpecLike(spec)
        .withSuspend(false)
        .withActiveDeadlineSeconds(deadline)
        .withTtlSecondsAfterFinished(KEPT)
        .editTemplate()
        .withSpec(
            pods.edit()
                .withContainers(with(pods.getContainers(), told))
                .withInitContainers(with(pods.getInitContainers(), told))
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }

  private static List<Container> with(List<Container> containers, List<EnvVar> told) {
    return containers.stream()
        .map(
            c -> {
              List<EnvVar> all = new ArrayList<>(told);
              c.getEnv().stream()
                  .filter(e -> told.stream().noneMatch(t -> t.getName().equals(e.getName())))
                  .forEach(all::add);
              return c.edit().withEnv(all).build();
            })
        .toList();
  }

  private List<EnvVar> told(Subject subject) {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("POLICY", subject.policy());
    told.put("NAMESPACE", subject.namespace());
    told.put("RELEASE", subject.release());
    told.put("VERSION", subject.version().orElse(""));
    told.put("IMAGE", subject.image().orElse(""));
    told.put("STAGE", subject.stage().orElse(""));
    told.put("CHECK", subject.check());
    told.put("CANDIDATE_SERVICE", service(subject).orElse(""));
    return told.entrySet().stream()
        .map(
            e ->
                new EnvVarBuilder()
                    .withName(VARIABLES + e.getKey())
                    .withValue(e.getValue())
                    .build())
        .toList();
  }

  /** A name of the candidate alone; empty: nothing but its pods' addresses leads to it. */
  private Optional<String> service(Subject subject) {
    Optional<String> name =
        workload.route().isPresent() ? Optional.of(workload.candidate()) : workload.preview();
    return subject.version().isEmpty()
        ? Optional.empty()
        : name.map(n -> n + "." + workload.namespace() + ".svc");
  }

  private static Map<String, String> unpinned(Service service) {
    Map<String, String> selector =
        new HashMap<>(Optional.ofNullable(service.getSpec().getSelector()).orElse(Map.of()));
    selector.remove(Marks.HASH);
    return selector;
  }

  private Optional<Deployment> deployment() {
    return cluster.deployments().get(workload.namespace(), workload.deployment());
  }

  private static Map<String, String> podLabels(CronJob from) {
    return Optional.ofNullable(
            from.getSpec().getJobTemplate().getSpec().getTemplate().getMetadata())
        .flatMap(m -> Optional.ofNullable(m.getLabels()))
        .orElse(Map.of());
  }

  private static String hash(String text) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(sum, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
