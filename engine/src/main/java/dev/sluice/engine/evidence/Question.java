package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.Optional;

/**
 * What whoever decides wants to know beyond the facts.
 *
 * @param next the weight that would be served next; empty: there is none to be proven
 * @param max the longest that a stage stands before absence of harm may pass it; with so little
 *     traffic that the next weight means few requests in that time, no proof is asked for
 */
public record Question(Optional<Share> next, Duration max) {}
