package dev.sluice.probes.notify;

import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.Words;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What happened, as receivers are told it.
 *
 * @param id the same for the same occasion of the same release, whoever tells it and how often
 * @param release empty: it is about the policy itself
 * @param version what people call the new version; empty: it is not known
 * @param weight share of the ordinary requests that the new version was asked to get, like 50%
 * @param odds of harm
 * @param hurt failed requests beyond what stable's rate would have given
 */
public record Notice(
    String id,
    Instant at,
    String namespace,
    String policy,
    Optional<String> release,
    Optional<String> version,
    Occasion occasion,
    String code,
    String sentence,
    Optional<String> stage,
    String weight,
    double odds,
    double hurt) {
  private static final int SENTENCE = 1500;

  public Notice {
    sentence = fitting(sentence, SENTENCE);
  }

  /** As CloudEvents types it. */
  String type() {
    return (release.isPresent() ? "dev.sluice.release." : "dev.sluice.policy.")
        + Words.of(occasion).toLowerCase(Locale.ROOT);
  }

  /** The policy, as a path of the API server. */
  String source() {
    return "/apis/sluice.dev/v1alpha1/namespaces/%s/releasepolicies/%s"
        .formatted(namespace, policy);
  }

  /** The one line that people need: {@code order-service-2 (order-service:v3) was aborted}. */
  String headline() {
    return release.orElse(policy)
        + version.map(v -> " (" + v + ")").orElse("")
        + " in "
        + namespace
        + " "
        + did();
  }

  private String did() {
    return switch (occasion) {
      case STARTED -> "has started";
      case WAITING -> "waits for a person";
      case HELD -> "is held";
      case RETREATED -> "has retreated";
      case ABORTED -> "was aborted";
      case SUCCEEDED -> "has succeeded";
      case SUPERSEDED -> "was superseded";
      case REVERTED -> "was reverted";
      case STALLED -> "cannot be followed";
    };
  }

  /** Where it stood, and what the evidence was. */
  String facts() {
    return release.isEmpty()
        ? "policy " + policy
        : "policy %s%s, weight %s, odds of harm %s, requests hurt %s"
            .formatted(
                policy,
                stage.map(s -> ", stage " + s).orElse(""),
                weight,
                number(odds),
                number(hurt));
  }

  /** By the names that templates know. */
  Map<String, String> values() {
    Map<String, String> values = new HashMap<>();
    values.put("namespace", namespace);
    values.put("policy", policy);
    values.put("release", release.orElse(""));
    values.put("version", version.orElse(""));
    values.put("occasion", Words.of(occasion));
    values.put("code", code);
    values.put("sentence", sentence);
    values.put("stage", stage.orElse(""));
    values.put("weight", weight);
    values.put("odds", number(odds));
    values.put("hurt", number(hurt));
    values.put("at", at.toString());
    return values;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : value < 1e6 ? "%.0f" : "%.0e", value);
  }

  /** As much of it as may be. */
  static String fitting(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }
}
