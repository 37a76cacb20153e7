@NullMarked
package dev.sluice.sim.traffic;

import org.jspecify.annotations.NullMarked;
