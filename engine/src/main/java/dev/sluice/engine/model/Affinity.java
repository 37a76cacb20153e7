package dev.sluice.engine.model;

import java.time.Duration;

/**
 * One user stays on the candidate once there. The cookie's value carries the release, so cookies of
 * earlier releases mean nothing.
 */
public record Affinity(String cookie, Duration maxAge) {}
