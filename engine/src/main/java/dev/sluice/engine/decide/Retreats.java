package dev.sluice.engine.decide;

import java.util.Optional;

/**
 * Invariants 1 and 6. A candidate that is silent while stable speaks, that has fewer ready pods
 * than what it serves needs, or whose Service somebody took away, gets no traffic until that is
 * over: no data is never good news. Nor does one that is worse, with all of the traffic, than
 * stable used to be: until stable, with the traffic again, has shown whether it is the version. Nor
 * one whose harm may pass, and is to be seen twice: for as long as the judge says.
 */
final class Retreats implements Rule {
  /** A candidate that comes to this more often is not worth waiting for. */
  static final int RETREATS = 3;

  /** Whoever is tried once more begins at the first stage, with few users. */
  private static final String ONCE_MORE = "tried-once-more";

  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.SHIFTING) && !c.in(Phase.BAKING)) {
      return Optional.empty();
    }
    Run run = c.run();
    if (run.retreat().isPresent()) {
      boolean whole = c.candidateReady() >= needed(c) && !c.verdict().candidateSilent();
      Reason cause = run.retreat().get();
      return whole && suspect(c).isEmpty()
          ? c.moves(
              run.advanced(),
              Reason.of("recovered", "The candidate is whole, and nothing is held against it."))
          : Optional.of(
              new Step(
                  c.memory(),
                  Condition.RETREATED,
                  new Reason(cause.code(), suspect(c).orElse(cause.sentence())),
                  Optional.empty()));
    }
    return loss(c)
        .flatMap(
            why ->
                run.retreats() < RETREATS
                    ? c.retreats(
                        c.in(Phase.SHIFTING) && why.code().equals(ONCE_MORE)
                            ? run.retreatedToTheStart(why)
                            : run.retreated(why))
                    : c.turnsBack(
                        Phase.ABORTED,
                        Reason.of(
                            "unsteady",
                            "The candidate had to be taken off traffic %d times; last: %s",
                            RETREATS + 1,
                            why.sentence())));
  }

  private static int needed(Case c) {
    return c.in(Phase.BAKING) ? Targets.forAll(c) : c.need(c.plan().toCarry(c.run().stage()));
  }

  private static Optional<Reason> loss(Case c) {
    if (c.unserved()) {
      return Optional.of(
          Reason.of(
              "candidate-unserved",
              "The candidate's own Service is gone, or is not its own any more, while the route"
                  + " sends users there."));
    }
    if (c.candidateReady() < EnoughPods.orLost(c)) {
      String trouble =
          c.world()
              .set(c.run().versions().hash())
              .flatMap(s -> s.trouble())
              .map(t -> " (" + t + ")")
              .orElse("");
      return Optional.of(
          Reason.of(
              "candidate-lost-pods",
              "The candidate has %d ready pods and needs %d for what it serves%s.",
              c.candidateReady(),
              c.neededAsServed(),
              trouble));
    }
    boolean silent =
        c.candidateIsReached() && c.verdict().candidateSilent() && !c.verdict().stableSilent();
    return silent
        ? Optional.of(
            Reason.of(
                "candidate-silent",
                "The candidate gives no data while stable does, so it gets no traffic until it"
                    + " speaks."))
        : suspect(c)
            .map(
                why ->
                    new Reason(
                        c.verdict().harm().isPresent() ? ONCE_MORE : "worse-than-past", why));
  }

  /** What is held against it for now; whoever promotes does not wait for that. */
  private static Optional<String> suspect(Case c) {
    return c.run().progress().promoted() ? Optional.empty() : c.verdict().retreat();
  }
}
