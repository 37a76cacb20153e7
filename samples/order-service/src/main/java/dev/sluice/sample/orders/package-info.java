/** The order service of an online shop, on the kit. */
@NullMarked
package dev.sluice.sample.orders;

import org.jspecify.annotations.NullMarked;
