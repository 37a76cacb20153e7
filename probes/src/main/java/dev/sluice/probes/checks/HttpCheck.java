package dev.sluice.probes.checks;

import java.time.Duration;

/**
 * A check that asks a pod of the candidate.
 *
 * @param path of the request
 * @param expect status of the answer that is a yes
 * @param timeout after which no such answer is a no
 */
public record HttpCheck(String path, int expect, Duration timeout) {}
