package dev.sluice.cli.scene;

import java.util.Optional;

/**
 * A policy among all that there are, with what one look at all of them tells.
 *
 * @param standing as it is remembered, without its pods, which are asked for one policy at a time;
 *     empty: this one cannot be followed, and the view says why
 */
public record Glance(PolicyView view, Optional<Standing> standing) {}
