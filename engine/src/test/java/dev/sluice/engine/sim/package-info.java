/** A small model of the platform's objects, and the invariants asserted on it from the outside. */
@NullMarked
package dev.sluice.engine.sim;

import org.jspecify.annotations.NullMarked;
