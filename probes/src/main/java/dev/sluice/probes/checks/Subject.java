package dev.sluice.probes.checks;

import dev.sluice.api.PolicyCheck;
import dev.sluice.api.Words;
import dev.sluice.engine.model.CheckSpec;
import java.util.Optional;

/**
 * What is asked about, as those are told who are asked.
 *
 * @param version the candidate's hash; empty before there is one
 * @param image of the new template's first container
 * @param stage which is about to be entered, for a check before one
 * @param at the moment, as the policy writes it
 */
public record Subject(
    String policy,
    String namespace,
    String release,
    Optional<String> version,
    Optional<String> image,
    Optional<String> stage,
    String check,
    String at) {
  /** Of no release yet. */
  public static Subject of(String namespace, String policy, PolicyCheck check) {
    return new Subject(
        policy,
        namespace,
        "",
        Optional.empty(),
        Optional.empty(),
        check.at() == CheckSpec.Moment.BEFORE_STAGE ? check.stage() : Optional.empty(),
        check.name(),
        Words.of(check.at()));
  }

  public Subject of(String ofRelease, Optional<String> ofVersion, Optional<String> withImage) {
    return new Subject(policy, namespace, ofRelease, ofVersion, withImage, stage, check, at);
  }

  /** One question of one release: the same however often it is asked. */
  public String key() {
    return namespace + "/" + release + "/" + check;
  }
}
