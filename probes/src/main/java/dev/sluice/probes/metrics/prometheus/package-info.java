/** Asks Prometheus what the pods of each version have counted. */
@NullMarked
package dev.sluice.probes.metrics.prometheus;

import org.jspecify.annotations.NullMarked;
