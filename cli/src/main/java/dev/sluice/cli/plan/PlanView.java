package dev.sluice.cli.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * A release before it begins. Durations are as policies have them.
 *
 * @param workload what is released, and how
 * @param steps in their order
 * @param blocks why it would not start, or not come to its end; a sentence each
 * @param toKnow what stops nothing
 * @param evidence empty: today's traffic is not known
 * @param unknown what was not looked at, and why
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PlanView(
    String policy,
    String namespace,
    String workload,
    Takes takes,
    List<Step> steps,
    Pods pods,
    @JsonInclude(JsonInclude.Include.ALWAYS) List<String> blocks,
    List<String> toKnow,
    Optional<Evidence> evidence,
    List<String> unknown) {
  public PlanView {
    steps = List.copyOf(steps);
    blocks = List.copyOf(blocks);
    toKnow = List.copyOf(toKnow);
    unknown = List.copyOf(unknown);
  }

  /**
   * From the change of the template to the end of the hand-over.
   *
   * @param asGoodAsStable by today's traffic; empty: not known, or it would stand
   * @param podsReady what a pod is taken to need until it is ready
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Takes(
      String earliest, Optional<String> asGoodAsStable, String latest, String podsReady) {}

  /**
   * @param at the earliest, since the template changed; empty: an adaptive ladder may skip it
   * @param by the latest
   * @param weight of the ordinary requests, for the new version
   * @param old pods of the old version, the most in this step
   * @param added pods of the new one
   * @param writes in their order, a line for each object
   * @param asks what a person must say yes to
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Step(
      String name,
      Optional<String> at,
      String by,
      String weight,
      int old,
      int added,
      List<String> writes,
      List<String> asks) {
    public Step {
      writes = List.copyOf(writes);
      asks = List.copyOf(asks);
    }
  }

  /**
   * @param today the Deployment's size
   * @param most of both versions at one moment
   * @param asking what those beyond today's ask for
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Pods(int today, int most, Optional<String> asking) {}

  /**
   * What today's traffic shows.
   *
   * @param errors share of stable's answers that are bad, 0..1
   * @param source who counted
   * @param armed whether the judge takes a version back by itself
   * @param stands why a version as good as stable would stand; empty: it would not
   * @param cannotSee a sentence each
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Evidence(
      double requestsPerSecond,
      double errors,
      String source,
      boolean armed,
      Optional<String> stands,
      List<Stage> stages,
      List<String> cannotSee) {
    public Evidence {
      stages = List.copyOf(stages);
      cannotSee = List.copyOf(cannotSee);
    }
  }

  /**
   * @param requestsInMin that the new version answers in the stage's least time
   * @param passes how long a version as good as stable is in it
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Stage(
      String name,
      String weight,
      String min,
      double requestsInMin,
      Optional<String> passes,
      List<Harm> harms) {
    public Stage {
      harms = List.copyOf(harms);
    }
  }

  /**
   * @param errors share of the new version's answers that fail, 0..1
   * @param end TakenBack, Held or NotSeen
   * @param after from the first of them
   * @param hurt requests that failed until then
   */
  public record Harm(double errors, String end, String after, double hurt) {}
}
