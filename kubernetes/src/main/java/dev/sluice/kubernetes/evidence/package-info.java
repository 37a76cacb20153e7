/** Counters of pods and gateways, and checks of pods. */
@NullMarked
package dev.sluice.kubernetes.evidence;

import org.jspecify.annotations.NullMarked;
