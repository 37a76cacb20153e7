@NullMarked
package dev.sluice.sim.api;

import org.jspecify.annotations.NullMarked;
