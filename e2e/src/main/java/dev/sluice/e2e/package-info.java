/** A real cluster, a real gateway, a shop on it and its users: what scenarios are written with. */
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;
