/** What an operator says of itself: metrics, and whether it is alive and ready. */
@NullMarked
package dev.sluice.operator.telemetry;

import org.jspecify.annotations.NullMarked;
