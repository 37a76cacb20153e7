package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the evidence says at one moment: facts for whoever decides.
 *
 * @param harm the release must be aborted, where no retreat comes first
 * @param suspicion what would be harm if the judge were armed: hold, and ask a person
 * @param retreat why stable should have all of the traffic until more is known: a sentence. The
 *     candidate does harm, but against stable's past alone, with nobody beside it who could tell
 *     whether it is the candidate or the hour; or it came suddenly, and is to be seen twice. Empty:
 *     nothing of that kind
 * @param odds combined evidence of harm, an e-value: 1 says nothing, at 1/falseAlarm it is harm; at
 *     most 1e300
 * @param metric that leans most to harm; empty where none does
 * @param calm whether nothing speaks against going on (odds under 4)
 * @param leaning whether anything at all leans to harm (odds above 1)
 * @param proven whether what the next weight may cost is proven to be inside the budget in every
 *     metric, or so little is at stake that no proof is needed
 * @param provenUpTo the largest weight of which that is proven, however little is at stake; none
 *     where nothing is
 * @param nonInferior whether every metric is proven in this stage not to be clearly worse
 * @param enough whether every track that gets traffic by design gave the minimum of responses in
 *     this stage
 * @param unknown sentences on metrics that others count for the policy and that are not known of
 *     both versions now
 * @param observed time of this stage in which both tracks could be read
 * @param upperBound the excess share of bad requests is below this in the worst metric, with 95 %
 *     confidence, 0..1; empty where nothing can be said
 * @param hurt failed requests so far beyond what stable's rate would have given
 * @param armed whether evidence alone may abort
 * @param candidateSilent whether the candidate said nothing for three ticks though it should, while
 *     stable speaks
 * @param stableSilent whether stable said nothing for three ticks though it should
 * @param candidate figures of the candidate for people
 * @param stable figures of stable for people
 */
public record Verdict(
    Optional<Harm> harm,
    Optional<Harm> suspicion,
    Optional<String> retreat,
    double odds,
    Optional<String> metric,
    boolean calm,
    boolean leaning,
    boolean proven,
    Share provenUpTo,
    boolean nonInferior,
    boolean enough,
    List<String> unknown,
    Duration observed,
    OptionalDouble upperBound,
    double hurt,
    boolean armed,
    boolean candidateSilent,
    boolean stableSilent,
    Figures candidate,
    Figures stable) {
  public Verdict {
    unknown = List.copyOf(unknown);
  }

  /** The same, but that these metrics are not known. */
  public Verdict withUnknown(List<String> sentences) {
    return new Verdict(
        harm,
        suspicion,
        retreat,
        odds,
        metric,
        calm,
        leaning,
        proven,
        provenUpTo,
        nonInferior,
        enough,
        sentences,
        observed,
        upperBound,
        hurt,
        armed,
        candidateSilent,
        stableSilent,
        candidate,
        stable);
  }

  /** What is left of it in another stage, in which nothing was seen so far. */
  public Verdict ofAnotherStage(boolean candidateIsSilent, boolean stableIsSilent) {
    return new Verdict(
        harm,
        suspicion,
        retreat,
        odds,
        metric,
        calm,
        leaning,
        false,
        Share.NONE,
        false,
        false,
        unknown,
        Duration.ZERO,
        upperBound,
        hurt,
        armed,
        candidateIsSilent,
        stableIsSilent,
        candidate,
        stable);
  }

  /**
   * One track at a glance, since the weight last changed, newest weighing most.
   *
   * @param errorShare share of bad responses, 0..1; empty without responses
   * @param p99Seconds estimate from the histogram, the last finite bound where it is beyond; empty
   *     without histogram
   */
  public record Figures(
      double requestsPerSecond, OptionalDouble errorShare, OptionalDouble p99Seconds) {}
}
