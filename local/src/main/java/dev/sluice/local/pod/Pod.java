package dev.sluice.local.pod;

import java.time.Instant;
import java.util.Optional;

/**
 * What is true of one pod.
 *
 * @param name never used twice
 * @param set whose pod it is
 * @param port that its process listens on
 * @param since when it was made
 * @param ready whether requests may be sent to it
 * @param restarts how often its process ended by itself
 * @param trouble why it does not become ready
 */
public record Pod(
    String name,
    String set,
    int port,
    Instant since,
    boolean ready,
    int restarts,
    Optional<String> trouble) {}
