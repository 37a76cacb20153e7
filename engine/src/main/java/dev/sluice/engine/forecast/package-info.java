/**
 * What a release would do: the engine itself, on a virtual clock, in a small cluster in which all
 * goes well.
 */
@NullMarked
package dev.sluice.engine.forecast;

import org.jspecify.annotations.NullMarked;
