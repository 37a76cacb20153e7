/** From the desired state to writes: what may be written now, way back first. */
@NullMarked
package dev.sluice.engine.sequence;

import org.jspecify.annotations.NullMarked;
