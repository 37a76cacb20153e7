/**
 * The judge alone: a candidate climbs weights that somebody else serves, by the rules of a release.
 */
@NullMarked
package dev.sluice.engine.ladder;

import org.jspecify.annotations.NullMarked;
