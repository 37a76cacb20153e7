/** Reads what pods count. */
@NullMarked
package dev.sluice.probes.metrics;

import org.jspecify.annotations.NullMarked;
