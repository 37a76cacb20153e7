/** Asks pods for a yes or a no. */
@NullMarked
package dev.sluice.probes.checks;

import org.jspecify.annotations.NullMarked;
