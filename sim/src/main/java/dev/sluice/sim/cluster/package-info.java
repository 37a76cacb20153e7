@NullMarked
package dev.sluice.sim.cluster;

import org.jspecify.annotations.NullMarked;
