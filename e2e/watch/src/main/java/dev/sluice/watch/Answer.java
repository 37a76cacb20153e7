package dev.sluice.watch;

import java.time.Instant;

/**
 * What became of one request.
 *
 * @param due when it was to be sent
 * @param over when it was answered or given up
 * @param version that said it answered; empty: none, so it was no pod
 * @param status of the answer; 0: none
 * @param fresh on a connection of its own, not on a kept one
 * @param lost how it was lost, in a few words; empty: it was not
 */
public record Answer(
    Instant due, Instant over, String version, int status, boolean fresh, String lost) {}
