/** Faults between Sluice's operator and the API server, and of the processes of a cluster. */
@NullMarked
package dev.sluice.e2e.faults;

import org.jspecify.annotations.NullMarked;
