/** Requests per second and shares served, from counters. */
@NullMarked
package dev.sluice.probes.traffic;

import org.jspecify.annotations.NullMarked;
