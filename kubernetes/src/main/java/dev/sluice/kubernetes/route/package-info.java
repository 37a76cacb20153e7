/** Objects that split traffic: how a split is written to each of them, and read back. */
@NullMarked
package dev.sluice.kubernetes.route;

import org.jspecify.annotations.NullMarked;
