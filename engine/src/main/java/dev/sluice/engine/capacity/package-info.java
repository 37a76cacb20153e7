/** Pods that a share of the traffic needs. */
@NullMarked
package dev.sluice.engine.capacity;

import org.jspecify.annotations.NullMarked;
