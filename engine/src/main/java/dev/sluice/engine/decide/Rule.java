package dev.sluice.engine.decide;

import java.util.Optional;

/**
 * One small rule. Says nothing where it does not apply; the first in the chain that speaks decides.
 */
interface Rule {
  Optional<Step> apply(Case c);
}
