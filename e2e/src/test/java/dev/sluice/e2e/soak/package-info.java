/** Releases of all kinds for hours, by lot, while everything goes wrong. */
@NullMarked
package dev.sluice.e2e.soak;

import org.jspecify.annotations.NullMarked;
