package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The labels and annotations by which Sluice says what it wants of a user's objects. It writes
 * nothing else into them; the admission policies turn these marks into spec in the same write.
 */
public final class Marks {
  /** Label on everything that a policy releases; its value is the policy's name. */
  public static final String POLICY = "sluice.dev/policy";

  /** Label on a Deployment that is kept from rolling by itself. */
  public static final String HELD = "sluice.dev/held";

  /**
   * Label on everything of a release that runs without an operator; its value is the policy's name.
   * The admission policies of an installation do not look for it.
   */
  public static final String RUN = "sluice.dev/run";

  /** Label on a Deployment that is kept paused while it is adopted: what it was before. */
  public static final String BEFORE = "sluice.dev/before";

  /**
   * Annotation on a Deployment that is held: the users who changed its template since, a line each.
   * The API server writes it, and nobody else can.
   */
  public static final String AUTHORS = "sluice.dev/authors";

  /** Annotation on a Service or a budget: the pod-template-hash that it is pinned to. */
  public static final String PIN = "sluice.dev/pin";

  /** Annotation on a route: {@code ROOT CANDIDATE WEIGHT TOTAL ORIGINAL}, and {@code RULES}. */
  public static final String SPLIT = "sluice.dev/split";

  /** Annotation on a route: who goes to the candidate whatever the weight. */
  public static final String MATCH = "sluice.dev/match";

  /** Annotation on a route: of 1,000 requests, how many the candidate gets a copy of. */
  public static final String MIRROR = "sluice.dev/mirror";

  /** Annotation on a route or a canary Ingress: the release that its split belongs to. */
  public static final String RELEASE = "sluice.dev/release";

  /** Label on a set outside the Deployment, and on the candidate's pods. */
  public static final String TRACK = "sluice.dev/track";

  /** Annotation on a pod that rehearses the way back: for which release and check. */
  public static final String REHEARSAL = "sluice.dev/rehearsal";

  /**
   * Label on a CronJob whose author lets policies run it as a check ({@code "true"}), and on a Job
   * that is made of it: the policy's name.
   */
  public static final String CHECK = "sluice.dev/check";

  /** Kubernetes' own label by which the pods of one set are told from those of another. */
  public static final String HASH = "pod-template-hash";

  /** Under which our writes are known to the API server. */
  public static final String FIELD_MANAGER = "sluice";

  /** Those on a user's object that a release gives it and takes away again. */
  static final Set<String> OF_RELEASES =
      Set.of(HELD, AUTHORS, BEFORE, PIN, SPLIT, MATCH, MIRROR, RELEASE);

  private Marks() {}

  public static Optional<String> label(HasMetadata object, String key) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels == null ? Optional.empty() : Optional.ofNullable(labels.get(key));
  }

  public static Optional<String> annotation(HasMetadata object, String key) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(key));
  }
}
