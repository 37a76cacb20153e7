package dev.sluice.engine.decide;

import java.time.Instant;

/**
 * What a person has said yes to.
 *
 * @param gate the stage's name, or {@link NextStage#BAKE}
 * @param by who said it
 * @param at when they did
 */
public record Yes(String gate, String by, Instant at) {}
