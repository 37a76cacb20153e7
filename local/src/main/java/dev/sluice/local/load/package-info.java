/** Users: an open-loop load on one address. */
@NullMarked
package dev.sluice.local.load;

import org.jspecify.annotations.NullMarked;
