package dev.sluice.engine.world;

import java.util.Optional;

/**
 * A Service (or a disruption budget) that selects the pods.
 *
 * @param name of the Service
 * @param pin the hash that it is pinned to; empty: it selects the pods of every set
 * @param version resourceVersion
 */
public record EntryPoint(String name, Optional<String> pin, String version) {}
